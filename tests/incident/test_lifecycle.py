"""Every stage against every command: it causes events, changes nothing, or is refused with a
reason."""

import pytest

from bot.errors import Refused
from bot.incident.declaring import Declare
from bot.incident.drafting import RequestPostmortem
from bot.incident.events import (
    Acknowledged,
    Event,
    Noted,
    PostmortemRequested,
    RoleAssigned,
    RoleEmptied,
    SeverityChanged,
    Stage,
    StageChanged,
    UpdatePosted,
)
from bot.incident.lifecycle import CHECKS, ChangeStage, Reopen
from bot.incident.notes import AddNote
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.text_limits import TEXT_MAX, TITLE_MAX
from bot.incident.updates import PostUpdate
from bot.paging.commands import Acknowledge
from bot.streams.event import Command
from tests.story import ANA, BOB, POLICY, Story, declared, only

ALL = tuple(CHECKS)
NO_NEWS: list[Event] = []

STAGES = ("investigating", "identified", "mitigated", "resolved", "closed", "cancelled")

COMMANDS: dict[str, Command] = {
    "to investigating": ChangeStage(Stage.INVESTIGATING),
    "to identified": ChangeStage(Stage.IDENTIFIED),
    "to mitigated": ChangeStage(Stage.MITIGATED),
    "to resolved": ChangeStage(Stage.RESOLVED),
    "to closed": ChangeStage(Stage.CLOSED, confirmed=ALL),
    "to cancelled": ChangeStage(Stage.CANCELLED),
    "reopen": Reopen(),
    "severity": ChangeSeverity("SEV3"),
    "give role": AssignRole("ol", BOB),
    "empty role": UnassignRole("ol"),
    "update": PostUpdate("Rolling back."),
    "note": AddNote("The graph is back."),
    "ack": Acknowledge(),
    "postmortem": RequestPostmortem(),
}

REOPEN = "INC-1 is {stage}. To reopen it: `/incident reopen [reason]`."
OPEN_ALREADY = "INC-1 is already open ({stage})."
NOT_RESOLVED = (
    "INC-1 is {stage}, and only a resolved incident can be closed. "
    "Resolve it first: `/incident resolve`. False alarm? `/incident cancel`."
)
CANNOT = "INC-1 is {stage}, so it can't be {there}. To reopen it: `/incident reopen [reason]`."
NOTHING_TO_ACK = "INC-1 is resolved. There's nothing to acknowledge."
NOTHING_TO_CLOSE = "INC-1 is already cancelled, so there's nothing to close."

# "yes": causes events. "": changes nothing. Anything else: refused with this text.
TABLE = """
                  | investigating | identified   | mitigated    | resolved       | closed   | cancelled
to investigating  |               | yes          | yes          | REOPEN         | REOPEN   | REOPEN
to identified     | yes           |              | yes          | REOPEN         | REOPEN   | REOPEN
to mitigated      | yes           | yes          |              | REOPEN         | REOPEN   | REOPEN
to resolved       | yes           | yes          | yes          |                | CANNOT   | CANNOT
to closed         | NOT_RESOLVED  | NOT_RESOLVED | NOT_RESOLVED | yes            |          | NOTHING_TO_CLOSE
to cancelled      | yes           | yes          | yes          | CANNOT         | CANNOT   |
reopen            | OPEN_ALREADY  | OPEN_ALREADY | OPEN_ALREADY | yes            | yes      | yes
severity          | yes           | yes          | yes          | yes            | REOPEN   | REOPEN
give role         | yes           | yes          | yes          | yes            | REOPEN   | REOPEN
empty role        |               |              |              |                | REOPEN   | REOPEN
update            | yes           | yes          | yes          | yes            | REOPEN   | REOPEN
note              | yes           | yes          | yes          | yes            | REOPEN   | REOPEN
ack               | yes           | yes          | yes          | NOTHING_TO_ACK | REOPEN   | REOPEN
postmortem        | yes           | yes          | yes          | yes            | yes      | yes
"""  # noqa: E501


def cells() -> list[tuple[str, str, str]]:
    rows = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip("\n").split("\n")]
    return [
        (stage, row[0], cell)
        for row in rows[1:]
        for stage, cell in zip(rows[0][1:], row[1:], strict=True)
    ]


def at_stage(stage: str) -> Story:
    """An unacknowledged incident at this stage, at 10:03."""
    story = declared("SEV1")
    match stage:
        case "investigating":
            pass
        case "closed":
            story.at("10:01", ChangeStage(Stage.RESOLVED))
            story.at("10:02", ChangeStage(Stage.CLOSED, confirmed=ALL))
        case _:
            story.at("10:01", ChangeStage(Stage(stage)))
    assert story.incident.stage == stage
    return story


def test_the_table_has_a_cell_for_every_stage_and_command() -> None:
    assert {(stage, name) for stage, name, _ in cells()} == {
        (stage, name) for stage in STAGES for name in COMMANDS
    }


@pytest.mark.parametrize(("stage", "name", "cell"), cells())
def test_allowed_transitions(stage: str, name: str, cell: str) -> None:
    story = at_stage(stage)
    before = story.incident

    if cell in ("yes", ""):
        happened = story.at("10:03", COMMANDS[name])
        assert bool(happened) == (cell == "yes")
        if not happened:
            assert story.incident == before
        return
    with pytest.raises(Refused) as refused:
        story.at("10:03", COMMANDS[name])
    there = name.removeprefix("to ")
    assert str(refused.value) == globals()[cell].format(stage=stage, there=there)
    assert story.incident == before  # a refusal changes nothing
    assert story.todo() == []


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_asking_twice_is_no_news_or_says_it_again(stage: str, name: str) -> None:
    story = at_stage(stage)
    for _ in range(2):
        try:
            story.at("10:03", COMMANDS[name])
        except Refused:
            pass
    keys = [each.key for each in story.incident.history if hasattr(each, "key")]

    assert len(keys) == len(set(keys))
    assert story.todo() == []


@pytest.mark.parametrize(
    ("command", "event"),
    [
        (AssignRole("ol", BOB), RoleAssigned("ol", BOB)),
        (
            ChangeSeverity("SEV2", " less than feared "),
            SeverityChanged("SEV2", "less than feared"),
        ),
        (ChangeStage(Stage.MITIGATED, " fixed? "), StageChanged(Stage.MITIGATED, "fixed?")),
        (AddNote("errors began 09:58 "), Noted("errors began 09:58")),
        (Acknowledge(), Acknowledged()),
        (RequestPostmortem(), PostmortemRequested()),
    ],
)
def test_events_keep_the_input(command: Command, event: Event) -> None:
    assert declared().at("10:03", command) == [event]


def test_an_update_is_kept_as_it_was_meant_and_who_posts_it_is_on_it() -> None:
    happened = declared().at("10:03", PostUpdate("  Rolling back.\n"))

    assert happened == [Acknowledged(), UpdatePosted("Rolling back.")]


def test_an_empty_role_is_filled_and_emptied_again() -> None:
    story = declared(policy=only())

    assert story.at("10:01", AssignRole("ol", BOB)) == [RoleAssigned("ol", BOB)]
    assert story.at("10:02", UnassignRole("ol")) == [RoleEmptied("ol")]
    assert story.at("10:03", UnassignRole("ol")) == NO_NEWS


@pytest.mark.parametrize(
    ("confirmed", "open_"),
    [(ALL, ()), ((), ALL), (("metrics",), ("stable", "reports")), (("made up",), ALL)],
)
def test_closing_keeps_what_nobody_vouched_for(
    confirmed: tuple[str, ...], open_: tuple[str, ...]
) -> None:
    story = at_stage("resolved")

    (closed,) = story.at("10:09", ChangeStage(Stage.CLOSED, confirmed=confirmed))

    assert closed == StageChanged(Stage.CLOSED, "", open_)


# --- titles and texts ----------------------------------------------------------------------


@pytest.mark.parametrize("title", ["", " ", "\n\t", "\u200b", "\u202e \u2066"])
def test_an_incident_needs_a_title_that_can_be_seen(title: str) -> None:
    story = Story()

    with pytest.raises(Refused, match="Add a title: a few words about what's broken"):
        story.at("10:00", Declare(title, "SEV1", POLICY))
    assert story.incident.history == ()


@pytest.mark.parametrize("length", [TITLE_MAX + 1, 3000])
def test_a_title_that_is_too_long_says_how_long_and_where_the_rest_goes(length: int) -> None:
    with pytest.raises(Refused) as refused:
        Story().at("10:00", Declare("x" * length, "SEV1", POLICY))

    assert str(refused.value) == (
        f"That title is too long: {length:,} characters, 250 at most. "
        "Say what's broken in one line and put the rest in the summary."
    )


@pytest.mark.parametrize("title", ["x" * TITLE_MAX, "🔥", "Платёжка лежит", "a\n\nb", "  a   b "])
def test_a_title_is_one_line(title: str) -> None:
    story = declared(title=title)

    assert story.incident.title == " ".join(title.split())


TOO_LONG = "x" * (TEXT_MAX + 1)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (PostUpdate(TOO_LONG), "An update"),
        (AddNote(TOO_LONG), "A note"),
        (ChangeSeverity("SEV0", TOO_LONG), "The reason"),
        (ChangeStage(Stage.RESOLVED, TOO_LONG), "The text"),
        (ChangeStage(Stage.CANCELLED, TOO_LONG), "The text"),
    ],
)
def test_a_text_that_slack_cannot_show_is_refused_whole(command: Command, what: str) -> None:
    story = declared()
    before = story.incident

    with pytest.raises(Refused, match=f"{what} is too long: 3,001 characters, 3,000 at most"):
        story.at("10:01", command)
    assert story.incident == before


def test_a_summary_or_a_reopening_that_is_too_long_is_refused_too() -> None:
    with pytest.raises(Refused, match="The summary is too long"):
        declared(summary=TOO_LONG)
    with pytest.raises(Refused, match="The reason is too long"):
        at_stage("closed").at("10:03", Reopen(TOO_LONG))


@pytest.mark.parametrize("text", ["", "  ", "\u200b\n"])
@pytest.mark.parametrize(
    ("command", "hint"),
    [(PostUpdate, "Write what you know"), (AddNote, "Write what to remember")],
)
def test_an_update_and_a_note_need_words(
    command: type[PostUpdate] | type[AddNote], hint: str, text: str
) -> None:
    with pytest.raises(Refused, match=hint):
        declared().at("10:01", command(text))


def test_a_declaration_keeps_who_and_when() -> None:
    incident = declared("SEV2").incident

    assert (incident.declarer, f"{incident.declared_at:%H:%M}") == (ANA, "10:00")
