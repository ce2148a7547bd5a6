"""Change the severity: `/incident severity sev0 payments are down too`."""

from bot.errors import Refused
from bot.incident.incident import Incident
from bot.incident.policy import Policy
from bot.incident.policy import Severity as SeverityRow
from bot.incident.severity import ChangeSeverity
from bot.incident.text_limits import TEXT_MAX
from bot.incidents import Outcome
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.form_answer import form_answer
from bot.listeners.inbound import SlashCommand, Submission, split_word
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.listeners.severity_words import glued, number_of, policy_names, resembles, worst
from bot.listeners.undo import with_undo
from bot.listeners.words import fold
from bot.listeners.words import words as words_of
from bot.messages.blocks import input_block, modal, reference, select, text_input
from bot.messages.text import escape, quoted, unescape

feature = Feature()

AROUND = ("to", "is", "now", "from")  # filler words before a severity
LOOKED_AT = 3  # words: `sev2 or sev3`


@feature.subcommand(
    "severity",
    "sev",
    usage="severity SEV [reason]",
    help="Change the severity. Updates, roles and paging follow.",
    where={Where.OPEN, Where.RESOLVED},
    group=Group.STATUS,
    example="severity sev0 payments fail, too",
    numbers=True,
)
def typed(request: Request[SlashCommand]) -> Answer:
    """Change it; without words, or for a word that is nearly a severity, the form asks."""
    incident, words = request.incident(), request.payload.argument
    if not words:
        return OpenView(severity_form(request.open_incident()))
    severity, reason, is_sure = parse_severity(words, incident.policy)
    if not is_sure:
        return OpenView(severity_form(incident, severity.id, unescape(reason).strip()))
    outcome = request.handle(ChangeSeverity(severity.id, unescape(reason).strip()))
    return now_is(outcome, severity)


def now_is(outcome: Outcome, severity: SeverityRow) -> Reply:
    title = f"{severity.id} ({escape(severity.title)})"
    if not outcome.events:
        return Reply(f"{outcome.incident.id} is already {title}.")
    return with_undo(f"{outcome.incident.id} is now {title}.", outcome)


@feature.submission("severity")
def submitted(request: Request[Submission]) -> Answer:
    chosen = request.payload.field("severity")
    severity = severity_named(chosen, request.incident().policy)
    outcome = request.handle(ChangeSeverity(severity.id, request.payload.field("reason").strip()))
    if not outcome.events:
        return FieldErrors({"severity": f"It's already {severity.id}."})
    return form_answer(request, now_is(outcome, severity))


def parse_severity(words: str, policy: Policy) -> tuple[SeverityRow, str, bool]:
    """The severity that the words begin with, the reason after it, and whether it is sure. Raises
    `Refused` if they begin with none.

    `sev 1 …` is read as SEV1, however it is split. What only resembles a severity, asks (`sev3?`),
    or names another one beside it isn't sure: then it's the most severe of them.
    """
    first, rest = split_word(words)
    if rest and (not fold(first) or fold(first) in AROUND):
        severity, reason, is_sure = parse_severity(rest, policy)
        return severity, reason, is_sure and fold(first) != "from"
    severity, reason, is_sure = _begun(first, rest, policy)
    typed = words_of(words, LOOKED_AT)
    named = [policy_names(policy, each.plain) for each in typed if number_of(each.plain)]
    named += [glued(policy, typed[0])] if typed else []
    if any(each and each.id != severity.id for each in named):
        return worst(policy, severity, *named) or severity, rest, False
    asks = words[: len(words) - len(reason)].rstrip().endswith("?")
    return severity, reason, is_sure and not asks and reason.strip() != "?"


def _begun(first: str, rest: str, policy: Policy) -> tuple[SeverityRow, str, bool]:
    second, after = split_word(rest)
    together = ((fold(first), rest), (fold(first) + fold(second), after))
    numbered = ((f"sev{fold(first)}", rest),) if fold(first).isdigit() else ()
    for plain, reason in (*together, *numbered):
        if severity := policy_names(policy, plain):
            return severity, reason, True
    for plain, reason in (*numbered, *together):
        if severity := resembles(policy, plain):
            return severity, reason, False
    typed = words_of(first, 1)
    if typed and (severity := glued(policy, typed[0])):
        return severity, rest, False
    return severity_named(first, policy), rest, True


def severity_form(incident: Incident, severity: str = "", reason: str = "") -> dict[str, object]:
    rows = [(each.id, f"{each.id} · {each.title}") for each in incident.policy.severities]
    why = text_input(TEXT_MAX, lines=True, initial=reason)
    return modal(
        "severity",
        f"Severity of {incident.id}",
        "Change",
        [
            input_block(
                "severity",
                "Severity",
                select(rows, severity or incident.severity_id),
                hint=f"It's {incident.severity_id} now.",
                optional=True,
            ),
            input_block("reason", "Reason", why, optional=True),
        ],
        reference(incident),
    )


def severity_named(word: str, policy: Policy) -> SeverityRow:
    severity = policy.severity(word) or policy_names(policy, fold(word))
    if severity is None:
        known = ", ".join(f"`{each.id}` ({escape(each.title)})" for each in policy.severities)
        which = f"Unknown severity {quoted(word)}." if word else "Which severity?"
        raise Refused(f"{which} Use one of {known}, like `/incident severity SEV1`.")
    return severity
