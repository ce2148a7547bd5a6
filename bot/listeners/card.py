"""The menu of the card, and its runbooks."""

from bot.errors import Refused
from bot.listeners.feature import Feature
from bot.listeners.inbound import BlockAction
from bot.listeners.meant import about, as_typed
from bot.listeners.request import Answer, OpenView, Request
from bot.messages.card import MORE as MENU
from bot.messages.runbook import MORE, OPENS, runbook_form

feature = Feature()


@feature.button("card_more")
def chosen(request: Request[BlockAction]) -> Answer:
    """Do what the subcommand of that name does."""
    name = str(request.payload.data.get("do", ""))
    if name not in MENU:
        raise Refused("That menu has changed. Choose again, or type `/incident help`.")
    typed = as_typed(request, name, request.intent)
    answer = about(request.incident_id(), request.subcommands[name], typed)
    request.resumed = typed.resumed
    return answer


def opened(request: Request[BlockAction]) -> Answer:
    """Show the runbook as it is now: people may have corrected it since the declaration."""
    number = request.payload.data.get("runbook")
    runbooks = request.incident().playbook.runbooks
    if not isinstance(number, int) or not 0 <= number < len(runbooks):
        raise Refused("That runbook isn't on the card any more.")
    title = runbooks[number].title
    text = request.services.runbooks.get(title)
    if text is None:
        raise Refused("That runbook was renamed or removed since this incident was declared.")
    return OpenView(runbook_form(title, text))


for each in (*OPENS, MORE):
    feature.button(each)(opened)
