"""The roles of an incident, and who is on call."""

from collections.abc import Iterable

from bot.incident.incident import Incident
from bot.incident.reminders import missing_roles
from bot.messages.blocks import Block, Message, RenderContext, context, section
from bot.messages.merge import where
from bot.messages.text import escape, join_and, mention, moment
from bot.oncall import Schedule, next_handover, on_call
from bot.oncall.schedule import WEEKDAYS

NO_SCHEDULE = "There is no schedule: `oncall.yml` of the policy names them."


def who(incident: Incident | None, schedules: Iterable[Schedule], ctx: RenderContext) -> Message:
    """`incident`: the one in whose channel the person asked."""
    turns = [_turn(each, ctx) for each in schedules]
    blocks: list[Block] = [section(_roles(incident))] if incident else []
    blocks.append(section("\n".join(["*On call now*", *(turns or [NO_SCHEDULE])])))
    if incident and incident.is_open:
        how = "Give a role: `/incident role ic @name` · page somebody: `/incident page @name`"
        blocks.append(context(how))
    names = (f"{each.id} {_mentioned(on_call(each, ctx.now))}" for each in schedules)
    return Message(f"On call now: {', '.join(names) or 'nobody'}", blocks)


def _roles(incident: Incident) -> str:
    held = [
        f"*{escape(incident.role_title(role))}*  {mention(user)}"
        for role, user in incident.roles.items()
    ]
    open_ = ["ic"] if incident.commander is None else []
    open_ += missing_roles(incident)
    if incident.is_open and open_:
        titles = join_and([escape(incident.role_title(each)) for each in open_])
        held.append(f"_Still open: {titles}_")
    goes_on = f" and goes on {where(incident.merged)}" if incident.merged else ""
    head = f"*{incident.id}* is {incident.stage}{goes_on}"
    return "\n".join([head, *(held or ["Nobody has a role."])])


def _turn(schedule: Schedule, ctx: RenderContext) -> str:
    """Who is on call, the end of the shift, and who is next."""
    name = f"*{escape(schedule.id)}*"
    now = on_call(schedule, ctx.now)
    if now is None:
        return f"{name}  nobody: it has no members in `oncall.yml`"
    ends = next_handover(schedule, ctx.now)
    until = moment(ends, ctx.zone, seen=ctx.now)
    then = on_call(schedule, ends)
    after = f"{_mentioned(then)} again" if then == now else _mentioned(then)
    return f"{name}  {mention(now)} until {until}, then {after}  _({_rotation(schedule)})_"


def _rotation(schedule: Schedule) -> str:
    handover = schedule.handover
    day = "" if handover.weekday is None else f" {WEEKDAYS[handover.weekday].capitalize()}"
    return f"{schedule.rotation},{day} {handover.at:%H:%M} {schedule.timezone}"


def _mentioned(user: str | None) -> str:
    return mention(user) if user else "nobody"
