"""The answer to a form: said where its command was typed."""

from bot.listeners.inbound import Submission
from bot.listeners.request import Answer, CloseView, Reply, Request


def form_answer(request: Request[Submission], reply: Reply) -> Answer:
    """Close the form and say the reply. A form that a button opened only closes: Slack offers no
    private place for an answer then, and what it did is in the channel."""
    return CloseView(reply) if request.payload.metadata.get("response_url") else None
