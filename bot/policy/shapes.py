"""What each YAML file may say. pydantic ends here: `freeze` gives the core's own types."""

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

from bot.incident.policy import Question, Role, Severity
from bot.oncall import Handover, Schedule
from bot.paging.policy import Chain, Step
from bot.policy import kinds


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SeverityRow(Shape):
    id: kinds.Id = Field(examples=["SEV1"])
    title: kinds.Title = Field(examples=["Major degradation"])
    aliases: tuple[kinds.Word, ...] = ()
    default: kinds.Flag = False
    update_every: kinds.Duration | None = None
    mitigated_every: kinds.Pace | None = "same"
    stalled_after: kinds.Duration | None = None
    ack_within: kinds.Duration | None = None
    # What is left out is nagged for all the same: only a written null turns that off.
    ack_every: kinds.Duration | None = timedelta(minutes=10)
    commander_within: kinds.Duration | None = timedelta(minutes=10)
    commander_every: kinds.Duration | None = timedelta(minutes=10)
    roles: tuple[str, ...] = ()
    roles_within: kinds.Duration | None = timedelta(minutes=10)
    roles_every: kinds.Duration | None = timedelta(minutes=10)
    escalation: str | None = None
    postmortem_within: kinds.Duration | None = None

    def freeze(self) -> Severity:
        return Severity(**dict(self))


class QuestionRow(Shape):
    id: kinds.Id = Field(examples=["down"])
    ask: kinds.Question = Field(examples=["Is production down?"])
    yes: str = Field(examples=["SEV0"])
    no: str = Field(examples=["SEV3"])

    def freeze(self) -> Question:
        return Question(**dict(self))


class SeveritiesFile(Shape):
    severities: kinds.Some[SeverityRow] = Field(examples=["[{id: SEV1, …}]"])
    questions: tuple[QuestionRow, ...] = ()


class RoleRow(Shape):
    id: kinds.Id = Field(examples=["ic"])
    title: kinds.Title = Field(examples=["Incident Commander"])
    aliases: tuple[kinds.Line, ...] = ()
    brief: kinds.Brief = ""
    # As above: what is left out is asked for all the same.
    handoff_within: kinds.Duration | None = timedelta(minutes=10)
    fatigue_after: kinds.Duration | None = None

    def freeze(self) -> Role:
        return Role(**dict(self))


class RolesFile(Shape):
    roles: kinds.Some[RoleRow] = Field(examples=["[{id: ic, …}]"])


class StepRow(Shape):
    notify: tuple[kinds.Target, ...] = ()
    wait: kinds.Duration | None = None

    @model_validator(mode="after")
    def says_one_thing(self) -> "StepRow":
        if bool(self.notify) == bool(self.wait):
            raise ValueError(
                "each step says notify or wait; write it like - notify: [oncall:primary] "
                "or - wait: 5m."
            )
        return self


class ChainRow(Shape):
    steps: tuple[StepRow, ...] = Field(examples=["[{notify: [oncall:primary]}]"])
    repeat: kinds.Count = 0

    @field_validator("steps")
    @classmethod
    def notifies_somebody(cls, steps: tuple[StepRow, ...]) -> tuple[StepRow, ...]:
        if not any(each.notify for each in steps):
            raise ValueError("notify nobody; add a step like - notify: [oncall:primary].")
        return steps

    @field_validator("repeat")
    @classmethod
    def waits_before_it_repeats(cls, repeat: int, info: ValidationInfo) -> int:
        steps = info.data.get("steps")  # absent if they have faults of their own
        if repeat and steps and not any(each.wait for each in steps):
            raise ValueError("needs a wait to repeat after; add a last step like - wait: 15m.")
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
    chains: dict[kinds.Id, ChainRow] = Field(examples=["{}"])


class ScheduleRow(Shape):
    timezone: kinds.Timezone = Field(examples=["Europe/Berlin"])
    rotation: Literal["weekly", "daily"] = "weekly"
    handover: kinds.HandoverText = Field(examples=["monday 09:00"])
    members: tuple[kinds.Member, ...] = Field(examples=["[U0123ABC]"])
    starts: kinds.Date | None = None

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
    schedules: dict[kinds.Id, ScheduleRow] = Field(examples=["{}"])


class RunbookEntry(Shape):
    """The name of a file in `runbooks/`, or a title and a link to one elsewhere."""

    file: kinds.RunbookName | None = None
    title: kinds.Line | None = None
    link: kinds.Link | None = None

    @model_validator(mode="before")
    @classmethod
    def is_a_name_or_both(cls, value: object) -> object:
        if isinstance(value, str):
            return {"file": value}
        if isinstance(value, dict) and not ("title" in value and "link" in value):
            raise ValueError("need a title and a link; write {title: …, link: https://…}.")
        return value


class PlaybookFile(Shape):
    title: kinds.Title = Field(examples=["Security incident"])
    private: kinds.Flag = False
    bridge: kinds.Link | None = None
    runbooks: tuple[RunbookEntry, ...] = ()


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class FrontMatter(Shape):
    """The head of a runbook. `severity` is one, or a list of them."""

    title: kinds.Line = Field(examples=["Roll back a bad deploy"])
    trigger: kinds.Line = Field(examples=["Errors rise after a deploy"])
    severity: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(examples=["SEV1"])
    owner: kinds.Line = Field(examples=["platform team"])
    last_updated: kinds.Date = Field(examples=["2026-01-31"])
    link: kinds.Link | None = None
