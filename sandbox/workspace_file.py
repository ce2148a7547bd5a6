"""Reads a new workspace from YAML (default: people.yml)."""

from importlib.resources import files
from pathlib import Path

import yaml

from sandbox.workspace import Channel, Person, UserGroup, Workspace


def new_workspace(path: Path | None, now: float) -> Workspace:
    """Create a workspace. Raises ``ValueError`` with one sentence if the file isn't valid."""
    source = path if path is not None else files("sandbox") / "people.yml"
    try:
        plan = yaml.safe_load(source.read_text("utf-8"))
        team, app = plan["team"], plan["app"]
        workspace = Workspace(
            team_id=team["id"],
            domain=team["domain"],
            name=team.get("name", team["domain"]),
            app_id=app["app_id"],
            bot_user=app["bot_user"],
            bot_id=app["bot_id"],
        )
        bot = Person(app["bot_user"], app.get("name", "muster"), is_bot=True)
        everybody = [Person(**person) for person in plan["people"]]
        for person in [*everybody, bot]:
            workspace.people[person.id] = person
        names = {p.name: p.id for p in everybody}
        for group in plan.get("user_groups", []):
            people = [names.get(each, each) for each in group.get("users", [])]
            workspace.user_groups[group["id"]] = UserGroup(**{**group, "users": people})
        for index, plan_ in enumerate(plan.get("channels", [])):
            members = [names.get(m, m) for m in plan_.get("members", names)]
            channel = Channel(
                id=plan_["id"],
                name=plan_["name"],
                kind="private" if plan_.get("private") else "channel",
                created=int(now),
                creator=members[0],
                members=members,
                general=index == 0,
            )
            workspace.channels[channel.id] = channel
    except OSError as problem:
        raise ValueError(f"cannot read the workspace {path}: {problem.strerror}") from problem
    except (KeyError, TypeError, IndexError, yaml.YAMLError) as problem:
        raise ValueError(f"{path} is no workspace: {problem!r}") from problem
    return workspace
