"""Drafts a postmortem: read the channel, write the document, upload it.

Every step may be repeated without harm: nobody sees an upload without a link.
"""

import asyncio
from collections.abc import Sequence

from bot.incident.drafting import DraftPostmortem
from bot.incident.events import Event, PostmortemDrafted
from bot.incident.incident import Incident
from bot.postmortem.draft import draft as write
from bot.slack.files import upload
from bot.wiring.runtime import WorkerRuntime
from workers.material import gather


async def draft(
    runtime: WorkerRuntime, effect: DraftPostmortem, incident: Incident
) -> Sequence[Event]:
    """Draft it; that its link leads to it is the event to record. Raises `SlackError`."""
    document = await asyncio.to_thread(write, await gather(incident, runtime))
    await asyncio.to_thread(runtime.store.documents.put, f"draft:{incident.id}", document)
    link = await upload(
        runtime.slack_port.slack,
        f"postmortem-{incident.id.lower()}.md",
        f"Postmortem of {incident.id}",
        document.encode(),
    )
    return [PostmortemDrafted(link, through=int(effect.digest))]
