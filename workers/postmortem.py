"""Drafts a postmortem: reads the channel, writes the document, uploads it.

All steps can be repeated safely (no one sees an upload without a link), so after a crash the draft
is simply written again.
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
    """Write and upload the draft. The event to record has its link. Raises `SlackError`."""
    document = await asyncio.to_thread(write, await gather(incident, runtime))
    await asyncio.to_thread(runtime.store.documents.put, f"draft:{incident.id}", document)
    link = await upload(
        runtime.slack_port.slack,
        f"postmortem-{incident.id.lower()}.md",
        f"Postmortem of {incident.id}",
        document.encode(),
    )
    return [PostmortemDrafted(link, through=int(effect.digest))]
