"""users.*: who is who."""

from typing import Any

from sandbox import shapes
from sandbox.api.look import named, page
from sandbox.api.registry import method
from sandbox.site import Site

Json = dict[str, Any]


@method("users.info")
def info(site: Site, args: Json) -> Json:
    return {"user": shapes.user(site.workspace, named(site, args["user"]))}


@method("users.list")
def list_all(site: Site, args: Json) -> Json:
    """Everybody, bots and deactivated people too."""
    here, cursor = page(list(site.workspace.people.values()), args, 1000, 1000)
    members = [shapes.user(site.workspace, person) for person in here]
    metadata = {"next_cursor": cursor}
    now = int(site.clock.now())
    return {"members": members, "cache_ts": now, "response_metadata": metadata}
