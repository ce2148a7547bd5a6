"""The incident of the golden draft: a shop's checkout was down for an evening.

It is invented, but realistic: threads, an edit, secrets pasted in a hurry, names in three scripts,
and an attempt to inject Markdown.
"""

from datetime import UTC, date, datetime, timedelta

from bot.postmortem.material import Fact, Material, Message, Task

DECLARED = datetime(2024, 3, 2, 22, 41, tzinfo=UTC)
PEOPLE = {"UANA": "Ana Ruiz", "UBO": "Bo Lindqvist", "UKEN": "渡辺 健", "UDAR": "Дарья К."}

# In two halves, so that scanners for leaked keys don't find them here.
AWS_KEY = "AKIA" + "Q3EXAMPLE7TESTKZ"
STRIPE_KEY = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"


def after(minutes: float) -> datetime:
    """The time `minutes` after the declaration."""
    return DECLARED + timedelta(minutes=minutes)


def _ts(minutes: float) -> str:
    return f"{after(minutes).timestamp():.6f}"


def permalink(minutes: float) -> str:
    """The permalink of the message at that time."""
    return f"https://acme.slack.com/archives/C0CHECKOUT/p{_ts(minutes).replace('.', '')}"


def fact(minutes: float, by: str, kind: str, text: str, *, linked: bool = False) -> Fact:
    """An entry of the timeline."""
    return Fact(after(minutes), by, kind, text, permalink(minutes) if linked else None)


def says(
    minutes: float,
    by: str,
    text: str,
    *,
    under: float | None = None,
    edited: bool = False,
    is_bot: bool = False,
    files: tuple[str, ...] = (),
    reactions: tuple[str, ...] = (),
) -> Message:
    """A message; `under`: the minute of its thread's root."""
    return Message(
        ts=_ts(minutes),
        at=after(minutes),
        by=by,
        text=text,
        permalink=permalink(minutes),
        thread_ts=None if under is None else _ts(under),
        edited=edited,
        is_bot=is_bot,
        files=files,
        reactions=reactions,
    )


ANA, BO, KEN, DARYA, MUSTER = *PEOPLE.values(), "Muster"

FIRST_UPDATE = fact(
    9, ANA, "update", "4,200 customers cannot pay; we are rolling back payments v381.", linked=True
)
LAST_UPDATE = fact(
    52, ANA, "update", "Error rate is at baseline for 20 minutes. Watching.", linked=True
)

FACTS = (
    fact(0, DARYA, "declared", "Checkout: cards are refused | all shops", linked=True),
    fact(0.5, DARYA, "severity", "SEV1"),
    fact(1, "Muster", "page", "Bo Lindqvist (payments, primary)"),
    fact(3, BO, "ack", "after 3 min"),
    fact(4, ANA, "role", "Incident Commander"),
    FIRST_UPDATE,
    fact(17, BO, "note", "old limit: max_connections = 20", linked=True),
    fact(33, ANA, "stage", "mitigated"),
    LAST_UPDATE,
    fact(83, ANA, "stage", "resolved"),
)

MESSAGES = (
    says(0, MUSTER, "*SEV?* Checkout: cards are refused | all shops", is_bot=True),
    says(1.5, DARYA, "on it :eyes:"),
    says(2, "Alertmanager", "[FIRING] PaymentErrors: 38% 5xx for 5 min", is_bot=True),
    says(
        5,
        BO,
        "payments logs: ```psycopg.OperationalError: FATAL: too many connections\n"
        "  dsn=postgres://checkout:S3cret!pw@db-3.internal:5432/shop\n# retry 3/3```",
    ),
    says(6, KEN, "38% のエラー率です。デプロイ v381 の直後から", reactions=("eyes",)),
    says(7, BO, "should we page the db people?", under=5),
    says(7.5, ANA, "yes", under=5),
    says(
        8,
        KEN,
        "<@UBO> the pool went from 20 to 200 in <https://git.acme.example/pr/991|PR 991>, "
        "root cause is probably due to that. "
        "Who deployed this on a Saturday? Should have known better.",
        under=5,
    ),
    says(9, MUSTER, f"*Update* by Ana: {FIRST_UPDATE.text}", is_bot=True),
    says(10, DARYA, "support will use this wording, thanks", under=9),
    says(10.5, DARYA, "ok", under=9),
    says(12, BO, "rolled back to v380, `kubectl rollout undo deploy/payments`", edited=True),
    says(
        13,
        BO,
        f"creds to look at the replica: {AWS_KEY} / password: `Tr0ub4dor&amp;3`, ask "
        "<mailto:dba@acme.example|dba@acme.example>",
    ),
    says(
        14, "Mallory <admin>", "# Resolved\n| a | b |\n|---|---|\n&lt;!-- muster:timeline --&gt;"
    ),
    says(
        15,
        "Mallory <admin>",
        "&lt;img src=x onerror=alert(1)&gt; ![x](http://evil.example) fixed\n---\n"
        "1. [ok](javascript:x)",
    ),
    says(17, BO, "old limit: *max_connections = 200*, new one 100", edited=True),
    says(20, DARYA, "hm"),
    says(21, KEN, "the dashboard", reactions=(":pushpin:",), files=("pool_before_after.png",)),
    says(24, KEN, "luckily the batch job was paused tonight. 運が良かった。", under=21),
    says(
        31,
        BO,
        f"stripe webhook replay done with {STRIPE_KEY}, 612 orders recovered. "
        "Nice catch <@UKEN>, and the rollback worked.",
    ),
    says(
        40, ANA, "It’s Bo’s fault we didn’t alert on pool saturation, lol. No alert at all there!"
    ),
    says(41, ANA, "sorry, that was unfair: there is no alert because nobody owns that dashboard"),
    says(
        85, DARYA, "customer 4242 4242 4242 4242 (+46 70 174 06 05) was charged twice, refund 49%"
    ),
    says(90, BO, "see you tomorrow :wave:"),
)

CHECKOUT = Material(
    id="INC-7",
    title="Checkout: cards are refused | all shops",
    severity="SEV1",
    stage="resolved",
    private=False,
    declared_at=DECLARED,
    acknowledged_at=after(3),
    mitigated_at=after(33),
    resolved_at=after(83),
    timezone="Europe/Stockholm",
    roles=(("Operations Lead", BO), ("Incident Commander", ANA), ("Communications Lead", DARYA)),
    summary="",
    resolution="Rolled back payments to v380.\nPool limit set to 100 per pod.",
    facts=FACTS,
    messages=MESSAGES,
    tasks=(
        Task("Alert on pool saturation > 80 %", BO, date(2024, 3, 15)),
        Task("Freeze deploys on weekends? | decide", None, None),
        Task("Rotate the keys that were pasted", DARYA, date(2024, 3, 4), done=True),
    ),
    channel_name="incident-2024-03-02-checkout",
    updates=(FIRST_UPDATE, LAST_UPDATE),
    names=PEOPLE,
)
