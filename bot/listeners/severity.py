"""Change the severity: `/incident severity sev0 payments are down too`."""

from bot.errors import Refused
from bot.incident.policy import Policy
from bot.incident.policy import Severity as SeverityRow
from bot.incident.severity import ChangeSeverity
from bot.listeners.declaration import policy_names
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.inbound import SlashCommand, split_word
from bot.listeners.request import Answer, Reply, Request
from bot.listeners.words import fold
from bot.messages.text import escape, quoted, unescape

feature = Feature()


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
    word, reason = split_word(request.payload.argument)
    severity = severity_named(word, request.incident().policy)
    outcome = request.handle(ChangeSeverity(severity.id, unescape(reason).strip()))
    title = f"{severity.id} ({escape(severity.title)})"
    if not outcome.events:
        return Reply(f"{outcome.incident.id} is already {title}.")
    return Reply(f"{outcome.incident.id} is now {title}.")


def severity_named(word: str, policy: Policy) -> SeverityRow:
    severity = policy.severity(word) or policy_names(policy, fold(word))
    if severity is None:
        known = ", ".join(f"`{each.id}` ({escape(each.title)})" for each in policy.severities)
        which = f"Unknown severity {quoted(word)}." if word else "Which severity?"
        raise Refused(f"{which} Use one of {known}, like `/incident severity SEV1`.")
    return severity
