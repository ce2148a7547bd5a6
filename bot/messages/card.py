"""The pinned card: status, roles and next actions. Edited in place."""

from itertools import accumulate

from bot.incident.card import is_overdue, problems, roles_shown, unassigned
from bot.incident.events import PostmortemDrafted, Stage
from bot.incident.incident import Incident
from bot.incident.reminders import update_due, waits_for_acknowledgement
from bot.messages.blocks import (
    HEADER_MAX,
    Block,
    Message,
    RenderContext,
    actions,
    button,
    context,
    header,
    overflow,
    role_button,
    section,
    value_of,
)
from bot.messages.merge import where
from bot.messages.runbook import runbook_buttons
from bot.messages.slack_failures import what_failed
from bot.messages.task import on_the_card
from bot.messages.text import (
    approx,
    escape,
    escape_clip,
    in_one_line,
    join_and,
    mention,
    moment,
    since,
)
from bot.streams.message import OutboundMessage

# So that it fits a phone's screen:
SUMMARY_MAX = 160  # characters; all of it is in `/incident catchup`
TITLE_AND_SUMMARY = 260  # characters; a long title leaves less for the summary
WORTH_READING = 60  # characters; no less of a longer summary is shown
ROLE_BUTTONS = 4  # further open roles are named
LINKS_MAX = 6
PROBLEMS_MAX = 300  # characters

MORE = {
    "severity": "Change severity",
    "escalate": "Escalate now",
    "page": "Page someone",
    "role": "Assign a role",
    "catchup": "Catch me up",
}
"""The menu of the card: what each option does, and its label."""


def card(incident: Incident, message: OutboundMessage | None, ctx: RenderContext) -> Message:
    """The card; also what `/incident` shows privately in an incident's channel. While the incident
    is open it fits a phone's screen.
    """
    title = f"{incident.severity_id} · {incident.title}"
    blocks = [header(title)]
    if len(title) > HEADER_MAX:
        blocks = [header(incident.severity_id), section(f"*{escape(incident.title)}*")]
    blocks.append(section(_standing(incident, ctx), _menu(incident)))
    if summary := _summary(incident):
        blocks.append(section(summary))
    blocks += _role_blocks(incident)
    if incident.open_tasks and not incident.merged:
        blocks.append(section(on_the_card(incident, ctx)))
    if due := _update_due(incident, ctx):
        blocks.append(due)
    if buttons := _buttons(incident):
        blocks.append(actions(*buttons))
    blocks += _footer(incident)
    return Message(escape(f"{title} ({incident.stage})"), blocks)


def _summary(incident: Incident) -> str:
    """The beginning of the summary, as much as the title leaves room for."""
    most = min(SUMMARY_MAX, TITLE_AND_SUMMARY - len(incident.title))
    words = in_one_line(incident.summary)
    return escape_clip(words, most) if most >= min(WORTH_READING, len(words)) else ""


def _standing(incident: Incident, ctx: RenderContext) -> str:
    facts = [f"*{incident.stage.capitalize()}*", incident.id]
    if incident.merged:
        facts.append(f"continues as {where(incident.merged)}")
    if incident.private:
        facts.append(":lock: private")
    declared = moment(incident.declared_at, ctx.zone)
    if incident.is_open:
        declared = since(incident.declared_at, ctx.zone, ctx.now)
    facts.append(f"declared by {mention(incident.declarer)} at {declared}")
    if (resolved := incident.reached.get(Stage.RESOLVED)) and not incident.is_open:
        facts.append(f"resolved after {approx(resolved - incident.declared_at)}")
    if began := incident.corrected.get("impact"):
        facts.append(f"impact since {moment(began, ctx.zone, seen=incident.declared_at)}")
    if on_it := incident.paging.acknowledged_by:
        facts.append(f"acknowledged by {join_and(_first([mention(each) for each in on_it], 3))}")
    return " · ".join(facts)


def _menu(incident: Incident) -> Block | None:
    """The menu with what is needed less often."""
    if not incident.is_open:
        return None
    return overflow(
        "card_more",
        [(value_of(incident, do=do), label) for do, label in MORE.items()],
    )


def _role_blocks(incident: Incident) -> list[Block]:
    """Who holds which role, in one line; the open roles with their buttons."""
    held = [
        f"*{escape(incident.role_title(role))}*  {mention(incident.roles[role])}"
        for role in roles_shown(incident)
        if role in incident.roles
    ]
    open_roles = unassigned(incident)
    blocks = [section(" · ".join(held))] if held else []
    blocks += [_open_role(incident, each) for each in open_roles[:ROLE_BUTTONS]]
    if others := [escape(incident.role_title(each)) for each in open_roles[ROLE_BUTTONS:]]:
        blocks.append(context(f"Also unassigned: {join_and(_first(others, 6))}."))
    return blocks


def _open_role(incident: Incident, role: str) -> Block:
    title = incident.role_title(role)
    if role == "ic":
        take = role_button(incident, role, title, "primary")
    else:  # a short label, so that it stands beside the text on a phone
        take = role_button(incident, role, title, label="Take role")
    return section(f"*{escape(title)}*  _unassigned_", take)


def _first(names: list[str], most: int) -> list[str]:
    """The first of a long list, and how many more there are."""
    more = len(names) - most
    return [*names[:most], f"{more} more"] if more > 0 else names


def _update_due(incident: Incident, ctx: RenderContext) -> Block | None:
    due = update_due(incident)
    if not incident.is_open:
        return None
    update = button("Post update", "update_open", value_of(incident))
    if due is None:
        return section(f"{incident.severity_id} has no regular updates.", update)
    when = f"Next update due {moment(due, ctx.zone)}"
    if due <= ctx.now or is_overdue(incident):
        text = f":rotating_light: *Update overdue* since {moment(due, ctx.zone)}"
        return section(text, update)
    if incident.snoozed:
        return section(f":zzz: {when}, snoozed by {mention(incident.snoozed.by)}", update)
    return section(f":alarm_clock: {when}", update)


def _buttons(incident: Incident) -> list[Block]:
    if incident.stage is Stage.RESOLVED:
        return [button("Close incident", "close", value_of(incident))]
    if not incident.is_open:
        return []
    resolve = button("Resolve incident", "resolve_open", value_of(incident))
    if waits_for_acknowledgement(incident):
        return [button("Acknowledge", "ack", value_of(incident), style="primary"), resolve]
    return [resolve]


def _footer(incident: Incident) -> list[Block]:
    blocks: list[Block] = []
    runbooks = incident.playbook.runbooks
    texts = [(number, each.title) for number, each in enumerate(runbooks) if not each.link]
    if texts and incident.is_open:
        blocks.append(actions(*runbook_buttons(incident, texts)))
    linked = {each.title: each.link for each in runbooks if each.link}
    if incident.bridge:
        linked = {"Bridge": incident.bridge, **linked}
    if incident.drafted and isinstance(incident.drafted.event, PostmortemDrafted):
        linked["Postmortem draft"] = incident.drafted.event.link
    links = [f"<{link}|{escape(title)}>" for title, link in linked.items()]
    if troubles := problems(incident):
        said = [f"{what_failed(key)} ({escape(reason)})" for key, reason in troubles]
        blocks.append(context(_within(":warning: Slack refused: ", said, PROBLEMS_MAX)))
    last = [_within(":books: ", _first(links, LINKS_MAX))] if links else []
    if incident.is_open:
        last.append("All commands: `/incident help`")
    return [*blocks, context(*last)] if last else blocks


def _within(head: str, parts: list[str], most: int = 2000) -> str:
    """As many parts as fit, each in full: half a link would be broken."""
    fitting = [part for part, end in zip(parts, _ends(head, parts), strict=True) if end <= most]
    more = f" · and {len(parts) - len(fitting)} more" if len(fitting) < len(parts) else ""
    return head + " · ".join(fitting) + more


def _ends(head: str, parts: list[str]) -> list[int]:
    return list(accumulate((len(part) + 3 for part in parts), initial=len(head)))[1:]
