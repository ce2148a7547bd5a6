"""Get somebody, now: `/incident page @bob the database won't come up`, or who is on call."""

from collections.abc import Mapping, Sequence

from bot.incident.incident import Refused
from bot.incident.paging import Page
from bot.listeners.ask import Answer, Ask, Words, split_word
from bot.listeners.feature import Feature
from bot.messages.text import around_mention, escape, listed, mention, plain, quoted, user_in

feature = Feature()

LIKE = "like `/incident page @name the database won't come up`"


@feature.verb(
    "page",
    usage="page @user|schedule [TEXT]",
    help="Page a person, or who is on call, now; the escalation goes on as it was.",
)
def typed(ask: Ask) -> Answer:
    incident = ask.going_on()
    house = ask.house
    command = read(ask.text, house.attendant.on_call(house.clock.now()), asker=ask.user)
    if house.identity.bot_user in command.people:
        raise Refused("Muster answers no pages: choose somebody who can act.")
    ask.handle(command)
    named = [mention(user) for user in command.people]
    whom = f"{listed(named)} {'is' if len(named) == 1 else 'are'}"
    hidden = " What you wrote stays in the channel." if incident.private and command.text else ""
    return Words(f"{whom} paged now and invited; the channel is told.{hidden}")


def read(text: str, on_call: Mapping[str, Sequence[str]], *, asker: str) -> Page:
    """Whom `text`, as Slack sent it, wants paged: whoever it begins with. Raises `Refused`."""
    before, after = around_mention(text)
    user = user_in(text)
    if user and not before:
        return Page((user,), plain(after))
    word, rest = split_word(text)
    name = word.casefold().removeprefix("oncall:").rstrip(":,")
    if name == "me":
        return Page((asker,), plain(rest))
    schedule = next((each for each in on_call if each.casefold() == name), None)
    if schedule is None:
        raise Refused(_nobody_meant(word, on_call))
    if not on_call[schedule]:
        raise Refused(
            f"Nobody is on call for {escape(schedule)} now. "
            "Page a person: `/incident page @name [TEXT]`."
        )
    return Page(tuple(on_call[schedule]), plain(rest), schedule)


def _nobody_meant(word: str, on_call: Mapping[str, Sequence[str]]) -> str:
    if word.startswith("@"):
        return (
            f"Slack did not say who {quoted(word)} is: choose the name from the "
            "list that opens when you type @."
        )
    schedules = "".join(f", `{escape(each)}`" for each in sorted(on_call))
    known = f"Say `@name`{schedules or ' (oncall.yml has no schedule)'} and what for, {LIKE}."
    return f"There is no schedule {quoted(word)}. {known}" if word else f"Page whom? {known}"
