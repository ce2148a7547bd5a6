"""The steps between Bolt and the features: decide and store, then acknowledge, then reconcile.

Every answer passes through here: replies, modals, field errors, refusals, and messages about
failures. What can't be part of the acknowledgement is shown by `bot.listeners.responses`.
"""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import structlog
from redis import RedisError
from slack_bolt.async_app import AsyncAck
from slack_bolt.response import BoltResponse

from bot import metrics
from bot.errors import Refused
from bot.listeners import help_command, home, show
from bot.listeners.addressing import addressed, number_first, understood
from bot.listeners.delivery import follow_up, with_what_waits
from bot.listeners.feature import Feature, Listener, Subcommand
from bot.listeners.for_everyone import admit
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
from bot.listeners.marks import check_marks
from bot.listeners.no_command import begins_like_a_declaration, no_command
from bot.listeners.priority import AnswersFirst, Turns
from bot.listeners.request import (
    Answer,
    CloseView,
    FieldErrors,
    HomeView,
    OpenView,
    Options,
    Reply,
    Request,
    UpdateView,
)
from bot.listeners.responses import message_view, origin_of, publish, returning_to, send
from bot.messages.blocks import OPTIONS_MAX, option, section
from bot.messages.quarantine import tried_again, unreadable
from bot.messages.text import has_tags, unlabeled, with_labels
from bot.services import Services
from bot.store import Unreadable

log = structlog.get_logger()

# A write may succeed although its answer is lost, so "nothing was changed" could be wrong.
STORE_AWAY = (
    "Muster can't reach its store right now, so assume that this wasn't done. "
    "Check in a minute, and try again if it's missing."
)
STORE_AWAY_REPLY = Reply(STORE_AWAY)
FAILED_REPLY = Reply(
    "Something went wrong in Muster; its log has the details. Check whether it was done "
    "before you try again."
)

A_MOMENT = 0.2  # seconds by which waiting people may delay other work
AT_ONCE = 4  # listeners
A_TURN = 0.25  # seconds that a listener waits for one of them
ANSWER_WITHIN = 2.5  # seconds, of Slack's three; after that the person gets an error


class Dispatcher:
    """Runs the listener for a request and delivers its answer."""

    def __init__(self, services: Services, features: tuple[Feature, ...]) -> None:
        self.services = services
        self.subcommands = [sub for feature in features for sub in feature.subcommands]
        named = {name: sub for sub in self.subcommands for name in sub.names}
        self.named: Mapping[str, Subcommand] = named
        self.by_name: dict[str, Listener] = {
            name: partial(addressed, sub) for name, sub in named.items()
        }
        self.called = _called(features) | {
            listener: named[name].names[0] for name, listener in self.by_name.items()
        }
        self.tasks: set[asyncio.Task[None]] = set()
        self.priority = AnswersFirst()
        self.turns = Turns(AT_ONCE, A_TURN)

    def later(self, work: Any) -> asyncio.Task[None]:
        """Run it after the acknowledgement, logging its errors."""
        task: asyncio.Task[None] = asyncio.create_task(_watched(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def rest(self) -> None:
        """Wait for running tasks to end."""
        await asyncio.gather(*self.tasks, return_exceptions=True)

    # --- requests from Slack ---------------------------------------------------------------

    async def typed(self, ack: AsyncAck, command: SlashCommand) -> None:
        if unlabeled(command.text):
            names = await self.services.names.mentioned_in(command.text, handles=True)
            command = command.saying(with_labels(command.text, names))
        command = number_first(command, self.by_name, show.NAME)
        request = Request(self.services, command, _intent(command), subcommands=self.named)
        answer = await self._answer(self._subcommand(command), request)
        answer = with_what_waits(_with_news(answer, request), request)
        if isinstance(answer, Reply):
            await ack(text=answer.text, blocks=answer.blocks)
        else:
            await ack()
        if isinstance(answer, OpenView):
            answer = returning_to(answer, command.response_url)
        self._after(request, answer)

    async def pressed(self, listener: Listener, ack: AsyncAck, action: BlockAction) -> None:
        request = Request(self.services, action, _intent(action), subcommands=self.named)
        answer = await self._answer(listener, request)
        answer = with_what_waits(_with_news(answer, request), request)
        await ack()
        self._after(request, answer)

    async def submitted(self, listener: Listener, ack: AsyncAck, form: Submission) -> None:
        view = form.view
        request = Request(self.services, form, f"view:{view.id}")
        answer = with_what_waits(await self._answer(listener, request), request)
        match answer:
            case FieldErrors(errors):
                await ack(response_action="errors", errors=dict(errors))
            # It replaces the form's content.
            case Reply(text) if view.input_ids and has_tags(text):
                await ack(response_action="push", view=message_view(text))
            case Reply(text) if view.input_ids:
                await ack(response_action="errors", errors={view.input_ids[0]: text})
            case Reply(text):
                await ack(response_action="update", view=message_view(text))
            case UpdateView(shown):
                await ack(response_action="update", view={k: v for k, v in shown.items() if v})
            case _:
                await ack()
        said = answer.reply if isinstance(answer, CloseView) and not request.declared else None
        self._after(request, said)  # what came of a declaration follows
        if view.metadata.get("home"):
            self.later(self._home(request))

    async def chosen(
        self, listener: Listener, ack: AsyncAck, shortcut: GlobalShortcut | MessageShortcut
    ) -> None:
        if isinstance(shortcut, MessageShortcut):
            names = await self.services.names.mentioned_in(shortcut.message.text)
            shortcut = shortcut.naming(names)
        request = Request(self.services, shortcut, _intent(shortcut))
        answer = await self._answer(listener, request)
        await ack()
        self._after(request, answer)

    async def suggested(self, listener: Listener, ack: AsyncAck, asked: Suggestion) -> None:
        """Options for an external select. Slack shows nothing but options, so any other answer
        means none."""
        answer = await self._answer(listener, Request(self.services, asked, _intent(asked)))
        offered = answer.options[:OPTIONS_MAX] if isinstance(answer, Options) else ()
        await ack(options=[option(value, label) for value, label in offered])

    async def happened(
        self, listener: Listener, ack: AsyncAck, told: EventCallback[Event]
    ) -> BoltResponse | None:
        """Handle an event. If it isn't acknowledged, Slack sends it again for six minutes, so a
        store outage or a temporary failure loses nothing."""
        request = Request(self.services, told, f"event:{told.event_id}")
        answer = await self._answer(listener, request)
        if answer in (STORE_AWAY_REPLY, FAILED_REPLY):
            return BoltResponse(status=503)
        await ack()
        self._after(request, answer)
        return None

    # --- answers ---------------------------------------------------------------------------

    def _subcommand(self, command: SlashCommand) -> Listener:
        word = command.subcommand
        if not word:
            return help_command.panel
        if word in help_command.WAYS:
            return lambda request: help_command.show(request, self.subcommands)
        known = self.by_name.get(word)
        if known and not begins_like_a_declaration(command.text, self.services.policy):
            return known
        return lambda request: (
            understood(request, self.named) or no_command(request, self.subcommands, known)
        )

    async def _answer(self, listener: Listener, request: Request) -> Answer:
        """Run the listener. Refusals and failures become messages where the person is looking."""
        waited_for = (
            nullcontext()
            if isinstance(request.payload, EventCallback)
            else self.priority.answering()
        )
        who = structlog.contextvars.bound_contextvars(
            user=request.user, request=request.intent[-12:]
        )
        with waited_for, who:
            try:
                async with asyncio.timeout(ANSWER_WITHIN), self.turns.taken():
                    return await asyncio.to_thread(self._counted, listener, request)
            except TimeoutError:
                log.error("store slow", seconds=ANSWER_WITHIN)
                return STORE_AWAY_REPLY
            except Refused as refusal:
                return Reply(str(refusal))
            except RedisError as away:
                log.error("store unavailable", error=type(away).__name__)
                return STORE_AWAY_REPLY
            except Unreadable as damaged:
                return await self._damaged(damaged, request)
            except Exception:
                log.exception("listener failed")
                return FAILED_REPLY

    async def _damaged(self, damaged: Unreadable, request: Request) -> Reply:
        log.error("unreadable", incident=damaged.stream_id, why=damaged.why)
        request.to_reconcile.add(damaged.stream_id)  # reconciling it notifies the admins
        try:
            quarantined = await asyncio.to_thread(
                self.services.store.quarantine.quarantined, damaged.stream_id
            )
        except RedisError as away:
            log.error("store unavailable", error=type(away).__name__)
            return STORE_AWAY_REPLY
        return Reply(unreadable(damaged.stream_id, quarantined.told if quarantined else None))

    def _counted(self, listener: Listener, request: Request) -> Answer:
        result, name = "failed", self.called.get(listener, "other")
        try:
            admit(name, request)
            check_marks(request)
            with self.services.store.acknowledging():
                answer = listener(request)
            result = "refused" if isinstance(answer, FieldErrors) else "done"
            return answer
        except Refused:
            result = "refused"
            raise
        finally:
            metrics.asked(name, result)

    async def _home(self, request: Request) -> None:
        """Update the Home tab after an action from there."""
        answer = await self._answer(home.home_view, request)
        if isinstance(answer, HomeView):
            await publish(self.services, request.user, answer)

    async def _reconcile(self, incident_id: str) -> None:
        """Reconcile the incidents. In a burst, all confirmations go before any channel."""
        await self.priority.over(A_MOMENT)
        await self.services.reconciler.reconcile(incident_id)

    def _after(self, request: Request, answer: Answer) -> None:
        reconciling = [self.later(self._reconcile(each)) for each in request.to_reconcile]
        if request.handled and not isinstance(request.payload, EventCallback):
            self.later(follow_up(request, reconciling))
        if isinstance(answer, HomeView):
            self.later(publish(self.services, request.user, answer))
        if isinstance(answer, OpenView | UpdateView) or (
            isinstance(answer, Reply) and not isinstance(request.payload, SlashCommand)
        ):
            self.later(send(self.services, answer, origin_of(request.payload)))


def _intent(received: Received) -> str:
    """The key of one action: Slack sends the same trigger for each delivery of it."""
    return received.trigger_id or uuid4().hex


async def _watched(work: Any) -> None:
    try:
        await work
    except Exception:
        log.exception("failed after the acknowledgement")


def _called(features: tuple[Feature, ...]) -> dict[Listener, str]:
    """The name of each listener in the metrics."""
    called: dict[Listener, str] = {}
    for feature in features:
        called |= {sub.listener: sub.names[0] for sub in feature.subcommands}
        tables: tuple[Mapping[str, Listener], ...] = (
            *(feature.buttons, feature.submissions, feature.shortcuts, feature.message_shortcuts),
            *(feature.suggestions, feature.events),
        )
        called |= {listener: name for table in tables for name, listener in table.items()}
    return called


def _with_news(answer: Answer, request: Request) -> Answer:
    """Tell the person who released it that the incident is no longer quarantined."""
    if request.resumed is None or not isinstance(answer, Reply | None):
        return answer
    news = tried_again(request.resumed.stream_id, request.resumed.told)
    if answer is None:
        return Reply(news)
    blocks = [*answer.blocks, section(news)] if answer.blocks else None
    return replace(answer, text=f"{answer.text}\n{news}", blocks=blocks)
