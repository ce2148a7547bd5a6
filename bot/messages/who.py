"""The roles of an incident, and who is on call."""

from bot.incident.incident import Incident
from bot.incident.reminders import missing_roles
from bot.messages.blocks import Block, Message, RenderContext, context, section
from bot.messages.merge import where
from bot.messages.text import escape, join_and, mention, moment
from bot.oncall import Holding, Roster, Schedule
from bot.oncall.schedule import WEEKDAYS

NO_SCHEDULE = "No on-call schedules yet. Add them to the policy's `oncall.yml`."


def who(incident: Incident | None, roster: Roster, ctx: RenderContext) -> Message:
    """`incident`: the one in whose channel the person asked."""
    blocks: list[Block] = [section(_roles(incident))] if incident else []
    blocks.append(section("\n".join(["*On call now*", *on_call_lines(roster, ctx)])))
    if incident and incident.is_open:
        how = "Assign a role: `/incident role ic @name` · Page someone: `/incident page @name`"
        blocks.append(context(how))
    names = (f"{each} {_mentioned(roster.on_call(each, ctx.now))}" for each in roster)
    return Message(f"On call now: {', '.join(names) or 'no one'}", blocks)


def on_call_lines(roster: Roster, ctx: RenderContext) -> list[str]:
    """For each schedule who is on call, until when, and who is next; never empty."""
    return [_turn(roster, each, ctx) for each in roster] or [NO_SCHEDULE]


def _roles(incident: Incident) -> str:
    held = [
        f"*{escape(incident.role_title(role))}*  {mention(user)}"
        for role, user in incident.roles.items()
    ]
    open_ = ["ic"] if incident.commander is None else []
    open_ += missing_roles(incident)
    if incident.is_open and open_:
        titles = join_and([escape(incident.role_title(each)) for each in open_])
        held.append(f"_Unassigned: {titles}_")
    goes_on = f" into {where(incident.merged)}" if incident.merged else ""
    head = f"*{incident.id}* is {incident.stage}{goes_on}"
    return "\n".join([head, *(held or ["No roles assigned."])])


def _turn(roster: Roster, schedule: str, ctx: RenderContext) -> str:
    """Who is on call, the end of the shift, and who is next."""
    name = f"*{escape(schedule)}*"
    now = roster.on_call(schedule, ctx.now)
    if not now.users:
        return f"{name}  no one: no members in `oncall.yml`"
    until = moment(now.until, ctx.zone, seen=ctx.now)
    then = roster.on_call(schedule, now.until)
    after = f"{_mentioned(then)} again" if then.users == now.users else _mentioned(then)
    rotation = _rotation(roster.schedule(schedule))
    return f"{name}  {_mentioned(now)} until {until}, then {after}  _({rotation})_"


def _rotation(schedule: Schedule) -> str:
    handover = schedule.handover
    day = "" if handover.weekday is None else f" {WEEKDAYS[handover.weekday].capitalize()}"
    return f"{schedule.rotation},{day} {handover.at:%H:%M} {schedule.timezone}"


def _mentioned(holding: Holding) -> str:
    return join_and([mention(user) for user in holding.users]) or "no one"
