"""The schemas of the policy files. The core doesn't use pydantic: `freeze` returns its own
types."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.incident.policy import Backoff, Question, Role, Severity
from bot.oncall import Handover, Schedule
from bot.paging.policy import Chain, Step
from bot.policy import value_types


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BackoffRow(Shape):
    factor: value_types.Factor = 2.0
    most: value_types.Duration = timedelta(hours=1)

    def freeze(self) -> Backoff:
        return Backoff(**dict(self))


class SeverityRow(Shape):
    id: value_types.Id = Field(examples=["SEV1"])
    title: value_types.Title = Field(examples=["Major degradation"])
    aliases: tuple[value_types.Word, ...] = ()
    default: value_types.Flag = False
    update_every: value_types.Duration | None = None
    mitigated_every: value_types.Pace | None = "same"
    stalled_after: value_types.Duration | None = None
    ack_within: value_types.Duration | None = None
    # A missing key means the default interval; only an explicit null turns the reminder off.
    ack_every: value_types.Duration | None = timedelta(minutes=10)
    commander_within: value_types.Duration | None = timedelta(minutes=10)
    commander_every: value_types.Duration | None = timedelta(minutes=10)
    roles: tuple[str, ...] = ()
    roles_within: value_types.Duration | None = timedelta(minutes=10)
    roles_every: value_types.Duration | None = timedelta(minutes=10)
    escalation: str | None = None
    postmortem_within: value_types.Duration | None = None
    backoff: BackoffRow | None = None
    quiet_hours: value_types.DailyHours | None = None
    urgency: Literal["high", "low"] | None = None

    def freeze(self) -> Severity:
        backoff = self.backoff.freeze() if self.backoff else None
        return Severity(**{**dict(self), "backoff": backoff})


class QuestionRow(Shape):
    id: value_types.Id = Field(examples=["down"])
    ask: value_types.Question = Field(examples=["Is production down?"])
    yes: str = Field(examples=["SEV0"])
    no: str = Field(examples=["SEV3"])

    def freeze(self) -> Question:
        return Question(**dict(self))


class SeveritiesFile(Shape):
    severities: value_types.Some[SeverityRow] = Field(examples=["[{id: SEV1, …}]"])
    questions: tuple[QuestionRow, ...] = ()
    # A missing key means the default; an explicit null turns it off.
    backoff: BackoffRow | None = BackoffRow()


class RoleRow(Shape):
    id: value_types.Id = Field(examples=["ic"])
    title: value_types.Title = Field(examples=["Incident Commander"])
    aliases: tuple[value_types.Line, ...] = ()
    brief: value_types.Brief = ""
    # As above: a missing key means the default.
    handoff_within: value_types.Duration | None = timedelta(minutes=10)
    fatigue_after: value_types.Duration | None = None

    def freeze(self) -> Role:
        return Role(**dict(self))


class RolesFile(Shape):
    roles: value_types.Some[RoleRow] = Field(examples=["[{id: ic, …}]"])


class StepRow(Shape):
    notify: tuple[value_types.Target, ...] = ()
    wait: value_types.Duration | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> "StepRow":
        if bool(self.notify) == bool(self.wait):
            raise ValueError(
                "a step has either notify or wait; write it like - notify: [oncall:primary] "
                "or - wait: 5m."
            )
        return self


class ChainRow(Shape):
    steps: tuple[StepRow, ...] = Field(examples=["[{notify: [oncall:primary]}]"])
    repeat: value_types.Count = 0

    @field_validator("steps")
    @classmethod
    def notifies_somebody(cls, steps: tuple[StepRow, ...]) -> tuple[StepRow, ...]:
        if not any(step.notify for step in steps):
            raise ValueError("don't notify anyone; add a step like - notify: [oncall:primary].")
        return steps

    @field_validator("repeat")
    @classmethod
    def waits_before_it_repeats(cls, repeat: int, info: ValidationInfo) -> int:
        steps = info.data.get("steps")  # missing if they are invalid
        if repeat and steps and not any(step.wait for step in steps):
            raise ValueError(
                "needs a wait before each repetition; add a last step like - wait: 15m."
            )
        return repeat

    def freeze(self, chain_id: str) -> Chain:
        steps: list[Step] = []
        pause = waited = timedelta()
        for row in self.steps:
            if row.wait is not None:
                pause = row.wait
                waited += row.wait
            else:
                steps.append(Step(row.notify, after=waited))
                waited = timedelta()
        return Chain(chain_id, tuple(steps), self.repeat, pause)


class EscalationFile(Shape):
    chains: dict[value_types.Id, ChainRow] = Field(examples=["{}"])
    last_resort: tuple[value_types.Target, ...] = ()


class LimitRow(Shape):
    most: value_types.Most = Field(examples=["30"])
    within: value_types.Duration = timedelta(minutes=10)


class LimitsRow(Shape):
    pages: LimitRow = LimitRow.model_construct(most=40)
    incidents: LimitRow = LimitRow.model_construct(most=30)


class AccessFile(Shape):
    limits: LimitsRow = LimitsRow()
    guests: Literal["read", "act"] = "read"
    other_organizations: Literal["read", "act"] = "read"


class ScheduleRow(Shape):
    timezone: value_types.Timezone = Field(examples=["Europe/Berlin"])
    rotation: Literal["weekly", "daily"] = "weekly"
    handover: value_types.HandoverText = Field(examples=["monday 09:00"])
    members: tuple[value_types.Member, ...] = Field(examples=["[U0123ABC]"])
    starts: value_types.Date | None = None

    @field_validator("handover")
    @classmethod
    def fits_the_rotation(cls, handover: Handover, info: ValidationInfo) -> Handover:
        rotation = info.data.get("rotation")
        if rotation == "weekly" and handover.weekday is None:
            raise ValueError('has no weekday, but the rotation is weekly; write "monday 09:00".')
        if rotation == "daily" and handover.weekday is not None:
            raise ValueError('has a weekday, but the rotation is daily; write "09:00".')
        return handover

    def freeze(self, schedule_id: str) -> Schedule:
        return Schedule(schedule_id, **dict(self))


class OncallFile(Shape):
    schedules: dict[value_types.Id, ScheduleRow] = Field(examples=["{}"])


class RunbookEntry(Shape):
    """A file in `runbooks/`, or the title and link of a runbook elsewhere."""

    file: value_types.RunbookName | None = None
    title: value_types.Line | None = None
    link: value_types.Link | None = None

    @model_validator(mode="before")
    @classmethod
    def is_a_name_or_both(cls, value: object) -> object:
        if isinstance(value, str):
            return {"file": value}
        if isinstance(value, dict) and not ("title" in value and "link" in value):
            raise ValueError(
                "an entry is a file name, or a title and a link; write {title: …, link: https://…}."
            )
        return value


class PlaybookFile(Shape):
    title: value_types.Title = Field(examples=["Security incident"])
    private: value_types.Flag = False
    bridge: value_types.Link | None = None
    bridge_from: str | None = None
    rename_channel: value_types.Flag = False
    runbooks: tuple[RunbookEntry, ...] = ()


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class FrontMatter(Shape):
    """The front matter of a runbook. `severity`: one id, or a list of them."""

    title: value_types.Line = Field(examples=["Roll back a bad deploy"])
    trigger: value_types.Line = Field(examples=["Errors rise after a deploy"])
    severity: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(examples=["SEV1"])
    owner: value_types.Line = Field(examples=["platform team"])
    last_updated: value_types.Date = Field(examples=["2026-01-31"])
    link: value_types.Link | None = None
