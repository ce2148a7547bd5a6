"""Drafts a postmortem: reads the channel, writes the document, uploads it.

All steps can be repeated safely (no one sees an upload without a link), so after a crash the draft
is simply written again.
"""

import asyncio
from collections.abc import Sequence
from functools import reduce

from bot.incident.drafting import DraftPostmortem
from bot.incident.events import CLOCK, Event, PostmortemDrafted
from bot.incident.evolve import evolve
from bot.incident.incident import Incident
from bot.postmortem.draft import draft as write
from bot.slack.client import Patient
from bot.slack.files import upload
from bot.streams.record import record
from bot.wiring.runtime import WorkerRuntime
from workers.channel_messages import read_channel
from workers.material import gather

PATIENCE = 200.0  # seconds that a draft may wait for Slack's rate limits; a job has 300


async def draft(
    runtime: WorkerRuntime, effect: DraftPostmortem, incident: Incident
) -> Sequence[Event]:
    """Write and upload the draft. The events to record have its link, and what the channel says
    about pinned messages that no event told us. Raises `SlackError`."""
    slack = Patient(runtime.slack_port.slack, PATIENCE)
    channel = await read_channel(incident, slack)
    news = [*channel.news_of_pins(incident, runtime.slack_port.identity.bot_user)]
    known = reduce(
        evolve, record(news, runtime.clock.now(), CLOCK, after=incident.version), incident
    )
    material = await gather(known, channel.said, slack, runtime)
    document = await asyncio.to_thread(write, material)
    await asyncio.to_thread(runtime.store.documents.put, f"draft:{incident.id}", document)
    link = await upload(
        runtime.slack_port.slack,
        f"postmortem-{incident.id.lower()}.md",
        f"Postmortem of {incident.id}",
        document.encode(),
    )
    return [PostmortemDrafted(link, through=int(effect.digest)), *news]
