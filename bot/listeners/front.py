"""What stands between Bolt and the features: decide and remember, then acknowledge, then attend.

Every answer passes here: words, modals, errors under an input, refusals, and what is said when
something is broken. What the acknowledgement can't carry is shown by `bot.listeners.showing`.
"""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from uuid import uuid4

import structlog
from redis import RedisError
from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse

from bot import metrics
from bot.errors import Refused
from bot.house import House
from bot.listeners import helping, home
from bot.listeners.ask import (
    Answer,
    Ask,
    Closed,
    Home,
    Invalid,
    Open,
    Options,
    Show,
    Words,
)
from bot.listeners.feature import Feature, Listener
from bot.listeners.inbound import (
    BlockAction,
    EventCallback,
    GlobalShortcut,
    MessageShortcut,
    Received,
    SlashCommand,
    Submission,
    Suggestion,
)
from bot.listeners.inbound.events import Event
from bot.listeners.showing import origin_of, publish, saying, show
from bot.listeners.waiting import Waiting
from bot.messages.aside import tried_again, unreadable
from bot.messages.shape import option, section
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

OPTIONS_MAX = 100  # that a select shows
A_MOMENT = 0.05  # seconds: so long may those who wait for an answer hold up everything else
ANSWER_WITHIN = 2.5  # seconds, of the three that Slack waits: then the person is told so


class Front:
    """What stands between Bolt and the features."""

    def __init__(self, house: House, features: tuple[Feature, ...]) -> None:
        self.house = house
        self.verbs = [verb for each in features for verb in each.verbs]
        self.by_name: dict[str, Listener] = {
            name: verb.listener for verb in self.verbs for name in verb.names
        }
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

    async def typed(self, ack: AsyncAck, command: SlashCommand) -> None:
        ask = Ask(self.house, command, _intent(command))
        answer = _with_news(await self._answer(self._verb(command.subcommand), ask), ask)
        if isinstance(answer, Words):
            await ack(text=answer.text, blocks=answer.blocks)
        else:
            await ack()
        self._after(ask, answer)

    async def pressed(self, listener: Listener, ack: AsyncAck, action: BlockAction) -> None:
        ask = Ask(self.house, action, _intent(action))
        answer = _with_news(await self._answer(listener, ask), ask)
        await ack()
        self._after(ask, answer)

    async def submitted(self, listener: Listener, ack: AsyncAck, form: Submission) -> None:
        view = form.view
        ask = Ask(self.house, form, f"view:{view.id}")
        answer = await self._answer(listener, ask)
        match answer:
            case Invalid(errors):
                await ack(response_action="errors", errors=dict(errors))
            case Words(text) if view.input_ids and has_tags(text):  # it lays itself on the form
                await ack(response_action="push", view=saying(text))
            case Words(text) if view.input_ids:
                await ack(response_action="errors", errors={view.input_ids[0]: text})
            case Words(text):
                await ack(response_action="update", view=saying(text))
            case Show(shown):
                await ack(response_action="update", view={k: v for k, v in shown.items() if v})
            case _:
                await ack()
        self._after(ask, answer.words if isinstance(answer, Closed) else None)
        if view.metadata.get("home"):
            self.later(self._home(ask))

    async def chosen(
        self, listener: Listener, ack: AsyncAck, shortcut: GlobalShortcut | MessageShortcut
    ) -> None:
        ask = Ask(self.house, shortcut, _intent(shortcut))
        answer = await self._answer(listener, ask)
        await ack()
        self._after(ask, answer)

    async def suggested(self, listener: Listener, ack: AsyncAck, asked: Suggestion) -> None:
        """Slack shows nothing but options, so whatever else is answered offers none."""
        answer = await self._answer(listener, Ask(self.house, asked, _intent(asked)))
        offered = answer.options[:OPTIONS_MAX] if isinstance(answer, Options) else ()
        await ack(options=[option(value, label) for value, label in offered])

    async def happened(
        self, listener: Listener, ack: AsyncAck, told: EventCallback[Event]
    ) -> BoltResponse | None:
        """Something that nobody asked us. What isn't acknowledged, Slack sends again, for six
        minutes: so nothing of it is lost while the store is away, or by what fails just once."""
        ask = Ask(self.house, told, f"event:{told.event_id}")
        answer = await self._answer(listener, ask)
        if answer in (AWAY, BROKEN):
            return BoltResponse(status=503)
        await ack()
        self._after(ask, answer)
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
        waited_for = (
            nullcontext() if isinstance(ask.payload, EventCallback) else self.waiting.somebody()
        )
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

    def _after(self, ask: Ask, answer: Answer) -> None:
        for incident_id in ask.touched:
            self.later(self._attend(incident_id))
        if isinstance(answer, Home):
            self.later(publish(self.house, ask.user, answer))
        if isinstance(answer, Open | Show) or (
            isinstance(answer, Words) and not isinstance(ask.payload, SlashCommand)
        ):
            self.later(show(self.house, answer, origin_of(ask.payload)))


def _intent(received: Received) -> str:
    """A trigger is sent once for each thing that a person does, and again if it's redelivered."""
    return received.trigger_id or uuid4().hex


async def _watched(work: Any) -> None:
    try:
        await work
    except Exception:
        log.exception("failed after the acknowledgement")


def _called(features: tuple[Feature, ...]) -> dict[Listener, str]:
    """What each listener is called where people's requests are counted."""
    called: dict[Listener, str] = {}
    for each in features:
        called |= {verb.listener: verb.names[0] for verb in each.verbs}
        tables: tuple[Mapping[str, Listener], ...] = (
            *(each.buttons, each.submissions, each.shortcuts, each.message_shortcuts),
            *(each.suggestions, each.events),
        )
        called |= {listener: name for table in tables for name, listener in table.items()}
    return called


def _with_news(answer: Answer, ask: Ask) -> Answer:
    """Whoever brought an incident back that was set aside hears of it."""
    if ask.brought_back is None or not isinstance(answer, Words | None):
        return answer
    news = tried_again(ask.brought_back.stream_id, ask.brought_back.told)
    if answer is None:
        return Words(news)
    blocks = [*answer.blocks, section(news)] if answer.blocks else None
    return replace(answer, text=f"{answer.text}\n{news}", blocks=blocks)
