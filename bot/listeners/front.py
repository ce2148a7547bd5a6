"""What stands between Bolt and the features: decide and remember, then acknowledge, then attend.

Every answer passes here: words, modals, errors under an input, refusals, and what is said when
something is broken. What the acknowledgement can't carry is shown by `bot.listeners.showing`.
"""

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from uuid import uuid4

import structlog
from redis import RedisError
from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse

from bot import metrics
from bot.house import House
from bot.incident.events import CLOCK
from bot.incident.incident import Refused
from bot.listeners import helping, home
from bot.listeners.ask import (
    Answer,
    Ask,
    Closed,
    Home,
    Invalid,
    Open,
    Show,
    Words,
    named_by,
    split_word,
)
from bot.listeners.feature import Feature, Listener
from bot.listeners.showing import publish, saying, show
from bot.listeners.waiting import Waiting
from bot.messages.aside import tried_again, unreadable
from bot.messages.shape import section
from bot.messages.text import has_tags
from bot.store import Unreadable

log = structlog.get_logger()

# The answer of a write may be lost with the store: "nothing was changed" could be a lie.
STORE_AWAY = (
    "Muster's memory does not answer right now: take this as not done. "
    "Look in a minute, and try again if it isn't there."
)
AWAY = Words(STORE_AWAY)
BROKEN = Words(
    "Something went wrong inside Muster, and its log says what. Please look whether it was done "
    "before you try again."
)

A_MOMENT = 0.05  # seconds: so long may those who wait for an answer hold up everything else
ANSWER_WITHIN = 2.5  # seconds, of the three that Slack waits: then the person is told so


class Front:
    """What stands between Bolt and the features."""

    def __init__(self, house: House, features: tuple[Feature, ...]) -> None:
        self.house = house
        self.verbs = [verb for each in features for verb in each.verbs]
        self.by_name = {name: verb.listener for verb in self.verbs for name in verb.names}
        self.called = _called(features)
        self.tasks: set[asyncio.Task[None]] = set()
        self.waiting = Waiting()

    def later(self, work: Any) -> None:
        """Run it after the acknowledgement; what it raises is logged by itself."""
        task: asyncio.Task[None] = asyncio.create_task(_watched(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def rest(self) -> None:
        """Let what was begun come to an end."""
        await asyncio.gather(*self.tasks, return_exceptions=True)

    # --- what Slack sends ------------------------------------------------------------------

    async def typed(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        word, text = split_word(command["text"])
        ask = Ask(
            self.house,
            user=command["user_id"],
            channel=command.get("channel_id", ""),
            text=text.strip(),
            intent=command.get("trigger_id") or uuid4().hex,
        )
        answer = _with_news(await self._answer(self._verb(word.casefold()), ask), ask)
        if isinstance(answer, Words):
            await ack(text=answer.text, blocks=answer.blocks)
        else:
            await ack()
        self._after(ask, answer, command)

    async def pressed(self, listener: Listener, ack: AsyncAck, body: dict[str, Any]) -> None:
        value = body["actions"][0]["value"]
        ask = Ask(
            self.house,
            user=body["user"]["id"],
            channel=body["channel"].get("id", ""),
            intent=body.get("trigger_id") or uuid4().hex,
            about=named_by(value)[0],
            value=value,
            values=body.get("view", {}).get("values", {}),
            form=body.get("view", {}).get("metadata", {}),
        )
        answer = _with_news(await self._answer(listener, ask), ask)
        await ack()
        self._after(ask, answer, body)

    async def submitted(self, listener: Listener, ack: AsyncAck, body: dict[str, Any]) -> None:
        view = body["view"]
        ask = Ask(
            self.house,
            user=body["user"]["id"],
            intent=f"view:{view['id']}",
            about=view["metadata"].get("incident", ""),
            values=view["values"],
            source=view["metadata"].get("source", ""),
            form=view["metadata"],
        )
        answer = await self._answer(listener, ask)
        match answer:
            case Invalid(errors):
                await ack(response_action="errors", errors=dict(errors))
            case Words(text) if view["inputs"] and has_tags(text):  # it lays itself on the form
                await ack(response_action="push", view=saying(text))
            case Words(text) if view["inputs"]:
                await ack(response_action="errors", errors={view["inputs"][0]: text})
            case Words(text):
                await ack(response_action="update", view=saying(text))
            case Show(shown):
                await ack(response_action="update", view={k: v for k, v in shown.items() if v})
            case _:
                await ack()
        said = answer.words if isinstance(answer, Closed) else None
        self._after(ask, said, {**body, **_way_back(view["metadata"])})
        if ask.form.get("home"):
            self.later(self._home(ask))

    async def chosen(self, listener: Listener, ack: AsyncAck, body: dict[str, Any]) -> None:
        ask = Ask(
            self.house,
            user=body["user"]["id"],
            channel=body["channel"].get("id", ""),
            intent=body.get("trigger_id") or uuid4().hex,
            message=body.get("message", {}),
            way_back=body.get("response_url", ""),
        )
        answer = await self._answer(listener, ask)
        await ack()
        self._after(ask, answer, body)

    async def happened(
        self, listener: Listener, ack: AsyncAck, body: dict[str, Any]
    ) -> BoltResponse | None:
        """Something that nobody asked us. What isn't acknowledged, Slack sends again, for six
        minutes: so nothing of it is lost while the store is away, or by what fails just once."""
        event = body["event"]
        ask = Ask(
            self.house,
            user=event.get("user", CLOCK),
            channel=event.get("channel", ""),
            intent=f"event:{body['event_id']}",
            event=event,
        )
        answer = await self._answer(listener, ask)
        if answer in (AWAY, BROKEN):
            return BoltResponse(status=503)
        await ack()
        self._after(ask, answer, body)
        return None

    # --- what follows ----------------------------------------------------------------------

    def _verb(self, word: str) -> Listener:
        if not word:
            return helping.panel
        if word in helping.WAYS:
            return lambda ask: helping.show(ask, self.verbs)
        known = self.by_name.get(word)
        return known or (lambda ask: helping.unknown(word, self.verbs, ask.house.policy))

    async def _answer(self, listener: Listener, ask: Ask) -> Answer:
        """What the listener says; refusals and troubles in words, where the person looks."""
        waited_for = nullcontext() if ask.event else self.waiting.somebody()
        who = structlog.contextvars.bound_contextvars(user=ask.user, request=ask.intent[-12:])
        with waited_for, who:
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    return await asyncio.to_thread(self._counted, listener, ask)
            except TimeoutError:
                log.error("store slow", seconds=ANSWER_WITHIN)
                return AWAY
            except Refused as refusal:
                return Words(str(refusal))
            except RedisError as away:
                log.error("store away", error=type(away).__name__)
                return AWAY
            except Unreadable as damaged:
                return await self._damaged(damaged, ask)
            except Exception:
                log.exception("listener failed")
                return BROKEN

    async def _damaged(self, damaged: Unreadable, ask: Ask) -> Words:
        log.error("unreadable", incident=damaged.stream_id, why=damaged.why)
        ask.touched.add(damaged.stream_id)  # attending to it has the admins told
        try:
            aside = await asyncio.to_thread(self.house.store.aside, damaged.stream_id)
        except RedisError as away:
            log.error("store away", error=type(away).__name__)
            return AWAY
        return Words(unreadable(damaged.stream_id, aside.told if aside else None))

    def _counted(self, listener: Listener, ask: Ask) -> Answer:
        result = "failed"
        try:
            answer = listener(ask)
            result = "refused" if isinstance(answer, Invalid) else "done"
            return answer
        except Refused:
            result = "refused"
            raise
        finally:
            metrics.asked(self.called.get(listener, "other"), result)

    async def _home(self, ask: Ask) -> None:
        """What they did from their home tab shows there."""
        answer = await self._answer(home.shown, ask)
        if isinstance(answer, Home):
            await publish(self.house, ask.user, answer)

    async def _attend(self, incident_id: str) -> None:
        """In a storm, all hear that theirs is written down before its channel is made."""
        await self.waiting.over(A_MOMENT)
        await self.house.attendant.attend(incident_id)

    def _after(self, ask: Ask, answer: Answer, body: dict[str, Any]) -> None:
        for incident_id in ask.touched:
            self.later(self._attend(incident_id))
        if isinstance(answer, Home):
            self.later(publish(self.house, ask.user, answer))
        if isinstance(answer, Open | Show) or (
            isinstance(answer, Words) and "command" not in body
        ):
            self.later(show(self.house, answer, body))


def _way_back(metadata: dict[str, Any]) -> dict[str, Any]:
    """Where to answer whoever sent in a form that came from a message."""
    return {name: each for name, each in metadata.items() if name == "response_url"}


async def _watched(work: Any) -> None:
    try:
        await work
    except Exception:
        log.exception("failed after the acknowledgement")


def _called(features: tuple[Feature, ...]) -> dict[Listener, str]:
    """What each listener is called where people's requests are counted."""
    return {
        listener: name
        for each in features
        for name, listener in (
            *((verb.names[0], verb.listener) for verb in each.verbs),
            *each.buttons.items(),
            *each.submissions.items(),
            *each.shortcuts.items(),
            *each.message_shortcuts.items(),
            *each.events.items(),
        )
    }


def _with_news(answer: Answer, ask: Ask) -> Answer:
    """Whoever brought an incident back that was set aside hears of it."""
    if ask.brought_back is None or not isinstance(answer, Words | None):
        return answer
    news = tried_again(ask.brought_back.stream_id, ask.brought_back.told)
    if answer is None:
        return Words(news)
    blocks = [*answer.blocks, section(news)] if answer.blocks else None
    return replace(answer, text=f"{answer.text}\n{news}", blocks=blocks)
