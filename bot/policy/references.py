"""Checks across files: duplicate names, and references to things that don't exist.

They work on the files as written, not on their meaning, so that one mistake doesn't hide another.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import chain

from bot.policy import slack_limits
from bot.policy.error_text import instead, show
from bot.policy.folder import Folder
from bot.policy.problem import Problem
from bot.policy.source import Place, Source
from bot.policy.value_types import NO, YES, is_runbook_name

_NULL = ("", "null", "~")


def check(folder: Folder) -> Iterator[Problem]:
    """Yield all problems that involve more than one place."""
    severities = _holding(folder.severities.source, "severities")
    roles = _holding(folder.roles.source, "roles")
    escalation = _holding(folder.escalation.source, "chains")
    oncall = _holding(folder.oncall.source, "schedules")
    if severities:
        yield from _named_once(severities, "severities")
        yield from _has_one_default(severities)
        yield from _intervals_have_deadlines(severities)
        yield from _quiet_hours_have_an_effect(severities)
        yield from _named_once(severities, "questions")
        yield from _answers_are_valid(severities)
        yield from _questions_are_asked(severities)
        yield from slack_limits.too_many(severities, "severities")
    if roles:
        yield from _named_once(roles, "roles")
        yield from slack_limits.too_many(roles, "roles")
        yield from _has_commander(roles)
    if severities and roles:
        yield from _roles_exist(severities, roles)
    if severities and escalation:
        yield from _chains_exist(severities, escalation)
    if escalation and oncall:
        yield from _schedules_exist(escalation, oncall)
    if oncall:
        yield from _schedules_have_members(oncall)
    kinds = [each.source.file for each in folder.playbooks.values() if each.source]
    yield from slack_limits.too_many_files(kinds)
    for playbook in folder.playbooks.values():
        if playbook.source:
            yield from _runbooks_exist(playbook.source, folder.runbooks)
        if playbook.source and severities:
            yield from _bridge_severity_exists(playbook.source, severities)
    for runbook in folder.runbooks.values():
        if runbook.source and severities:
            yield from _severities_exist(runbook.source, severities)


def _holding(source: Source | None, key: str) -> Source | None:
    """The file if it has its main key, else None: then only the missing key is reported, not each
    reference to its content."""
    return source if source and source.find(key) else None


def _named_once(source: Source, rows: str) -> Iterator[Problem]:
    """Check that names are unique. Ids, titles and aliases share one case-insensitive namespace,
    because people may type any of them."""
    owners: dict[str, Place] = {}
    words = chain(
        source.texts(rows, "*", "id"),
        source.texts(rows, "*", "title"),
        source.texts(rows, "*", "aliases", "*"),
    )
    for place, word in sorted(words, key=lambda found: source.line(found[0])):
        first = owners.setdefault(word.casefold(), place)
        if first[:2] != place[:2]:
            line = source.line(first)
            text = f"{place[2]}: {show(word)} is already used on line {line}; use another one."
            yield source.problem(place, text)


def _has_one_default(severities: Source) -> Iterator[Problem]:
    flags = list(severities.texts("severities", "*", "default"))
    chosen = [place for place, flag in flags if flag.lower() in YES]
    readable = all(flag.lower() in (*YES, *NO) for _, flag in flags)
    for place in chosen[1:]:
        line = severities.line(chosen[0])
        text = f"default: line {line} already has default: true; write false on one of them."
        yield severities.problem(place, text)
    if not chosen and readable:
        text = (
            "default: no severity has default: true; add it to the one for declarations that "
            "don't name a severity."
        )
        yield severities.problem(("severities",), text)


def _intervals_have_deadlines(severities: Source) -> Iterator[Problem]:
    """Check that each interval (`…_every`) has a first deadline (`…_within`)."""
    for what in ("ack", "commander"):
        begun = {place[:2] for place, _ in severities.texts("severities", "*", f"{what}_within")}
        for place, _ in severities.texts("severities", "*", f"{what}_every"):
            if place[:2] not in begun:
                text = (
                    f"{what}_every: has no effect without {what}_within; add that, or remove it."
                )
                yield severities.warning(place, text)


def _quiet_hours_have_an_effect(severities: Source) -> Iterator[Problem]:
    """Check that quiet hours are those of a severity that pages no one and isn't urgent."""
    paging = {place[:2] for place, _ in severities.texts("severities", "*", "escalation")}
    urgent = {
        place[:2]
        for place, word in severities.texts("severities", "*", "urgency")
        if word == "high"
    }
    for place, hours in severities.find("severities", "*", "quiet_hours"):
        if hours is None or place[:2] not in paging | urgent:
            continue
        why = "this severity pages people" if place[:2] in paging else "urgency is high"
        yield severities.problem(
            place, f"quiet_hours: have no effect, because {why}; remove them."
        )


def _answers_are_valid(severities: Source) -> Iterator[Problem]:
    """Check that answers lead to a severity or a later question, so that there is no cycle."""
    ids, questions = _ids(severities), _questions(severities)
    for place, word in _answers(severities):
        below = [question for question, at in questions.items() if at[1:2] > place[1:2]]
        if word not in (*ids, *below):
            what = "a question further down" if word in questions else "a severity or a question"
            text = f"{place[2]}: {show(word)} isn't {what}; {instead(word, [*ids, *below])}"
            yield severities.problem(place, text)


def _questions_are_asked(severities: Source) -> Iterator[Problem]:
    """Check that each question but the first is the target of an answer."""
    taken = {severity.casefold() for severity in _ids(severities)}
    led_to = {word for _, word in _answers(severities)}
    known = _all_answers_are_valid(severities)
    for word, place in _questions(severities).items():
        if word.casefold() in taken:
            yield severities.problem(place, f"id: {show(word)} is a severity; use another one.")
        elif known and place[1] != 0 and word not in led_to:
            text = f"id: {show(word)} is never asked; name it in yes or no of a question above."
            yield severities.warning(place, text)


def _all_answers_are_valid(severities: Source) -> bool:
    """Whether all answers are valid. If not, it isn't known which questions are reachable, and one
    mistake would be reported twice."""
    both = 2 * len(severities.find("questions", "*"))
    return len(_answers(severities)) == both and not any(_answers_are_valid(severities))


def _questions(severities: Source) -> dict[str, Place]:
    return {word: place for place, word in severities.texts("questions", "*", "id")}


def _answers(severities: Source) -> list[tuple[Place, str]]:
    return [found for key in ("yes", "no") for found in severities.texts("questions", "*", key)]


def _ids(severities: Source) -> list[str]:
    return [word for _, word in severities.texts("severities", "*", "id")]


def _has_commander(roles: Source) -> Iterator[Problem]:
    if "ic" not in [role for _, role in roles.texts("roles", "*", "id")]:
        text = "roles: there's no incident commander; add a role with id: ic."
        yield roles.problem(("roles",), text)


def _roles_exist(severities: Source, roles: Source) -> Iterator[Problem]:
    known = [role for _, role in roles.texts("roles", "*", "id")]
    for place, role in severities.texts("severities", "*", "roles", "*"):
        if role not in known:
            text = f"roles: {show(role)} isn't a role in roles.yml; {instead(role, known)}"
            yield severities.problem(place, text)


def _chains_exist(severities: Source, escalation: Source) -> Iterator[Problem]:
    known = [str(place[1]) for place, _ in escalation.find("chains", "*")]
    for place, chosen in severities.texts("severities", "*", "escalation"):
        if chosen not in known:
            text = f"escalation: {show(chosen)} isn't a chain in escalation.yml; "
            yield severities.problem(place, text + instead(chosen, known))


def _schedules_exist(escalation: Source, oncall: Source) -> Iterator[Problem]:
    known = [f"oncall:{place[1]}" for place, _ in oncall.find("schedules", "*")]
    for place, target in escalation.texts("chains", "*", "steps", "*", "notify", "*"):
        if target.startswith("oncall:") and target not in known:
            text = (
                f"notify: {show(target)} isn't a schedule in oncall.yml; {instead(target, known)}"
            )
            yield replace(escalation.problem(place, text), survivable=True)


def _schedules_have_members(oncall: Source) -> Iterator[Problem]:
    for place, members in oncall.find("schedules", "*", "members"):
        if members == []:
            text = "members: no one is on call; list Slack member ids, like [U0123ABC, U0456DEF]."
            yield oncall.warning(place, text)


def _runbooks_exist(playbook: Source, runbooks: Collection[str]) -> Iterator[Problem]:
    for place, name in playbook.texts("runbooks", "*"):
        if is_runbook_name(name) and name not in runbooks:
            text = f"runbooks: {show(name)} isn't in runbooks/; {instead(name, runbooks)}"
            yield playbook.problem(place, text)


def _severities_exist(runbook: Source, severities: Source) -> Iterator[Problem]:
    """Check the severities of a runbook. Only a warning, because the bot doesn't use them."""
    ids, known = _ids(severities), _severity_words(severities)
    for place, word in chain(runbook.texts("severity"), runbook.texts("severity", "*")):
        if word.casefold() not in known:
            text = f"severity: {show(word)} isn't in severities.yml; {instead(word, ids)}"
            yield runbook.warning(place, text)


def _bridge_severity_exists(playbook: Source, severities: Source) -> Iterator[Problem]:
    """Check the severity from which on there is a bridge; a warning while there is none."""
    has_bridge = any(word not in _NULL for _, word in playbook.texts("bridge"))
    says = playbook.problem if has_bridge else playbook.warning
    ids, known = _ids(severities), _severity_words(severities)
    for place, word in playbook.texts("bridge_from"):
        if word.casefold() not in (*known, *_NULL):
            text = f"bridge_from: {show(word)} isn't in severities.yml; {instead(word, ids)}"
            yield says(place, text)


def _severity_words(severities: Source) -> set[str]:
    """The ids and aliases, without case."""
    aliases = [word for _, word in severities.texts("severities", "*", "aliases", "*")]
    return {word.casefold() for word in (*_ids(severities), *aliases)}
