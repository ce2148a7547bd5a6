"""The directory of people: what Slack says about a user id, asked once and cached in the store.

A profile is fresh for an hour. After that Slack is asked again, and if it can't be asked at that
moment, the old one still counts for a week.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

import structlog

from bot.slack.client import Calls, SlackError
from bot.slack.conversations import paginate
from bot.store import Store
from bot.streams.access import Standing

FRESH = timedelta(hours=1)
KEPT = timedelta(days=7)
UNKNOWN_KEPT = timedelta(minutes=1)  # an id that didn't exist may have been mistyped, or be new
SURE_FOR = 30.0  # seconds in which a standing isn't looked up again by the same process
REMEMBERED = 10_000  # standings
PATIENCE = 1.0  # seconds that a person waits for Slack's answer about others
SLACKBOT = "USLACKBOT"  # whose is_bot is false
NOT_THERE = frozenset({"user_not_found", "user_not_visible", "users_not_found"})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Profile:
    """The facts that Slack gives about a user id.

    `exists`: Slack knows the id; if it doesn't, nothing else is known. `is_foreign`: of another
    organization (Slack Connect). `is_guest`: may only use some channels; `is_single_channel`: only
    one. `handle`: the user name, without blanks. `tz`: IANA name of the time zone, empty if Slack
    doesn't say. `is_admin`: of the workspace.
    """

    id: str
    name: str = ""
    exists: bool = True
    is_bot: bool = False
    deleted: bool = False
    is_foreign: bool = False
    is_guest: bool = False
    is_single_channel: bool = False
    tz: str = ""
    handle: str = ""
    is_admin: bool = False

    @property
    def why_not(self) -> str:
        """Why they can't act on incidents, to follow their name; empty if they can.

        >>> Profile("U1", deleted=True).why_not, Profile("U1", is_guest=True).why_not
        ('is deactivated', '')
        """
        reasons = (
            (not self.exists, "doesn't exist in Slack"),
            (self.is_bot, "is a bot"),
            (self.deleted, "is deactivated"),
            (self.is_foreign, "belongs to another organization"),
            (self.is_single_channel, "is a single-channel guest and can't be added"),
        )
        return next((why for applies, why in reasons if applies), "")


class People:
    """The directory. `team`: our workspace, to tell foreigners. `admins`: the configured ones
    (`@U…`); empty: the workspace's. Create it inside the event loop that `slack` belongs to."""

    def __init__(self, slack: Calls, store: Store, team: str, admins: Sequence[str] = ()) -> None:
        self._slack = slack
        self._store = store
        self._team = team
        self._admins = admins
        self._loop = asyncio.get_running_loop()
        self._standings: dict[str, tuple[float, Standing]] = {}  # until when, in monotonic seconds

    async def find(self, user: str) -> Profile | None:
        """The profile; None if it isn't known and Slack can't be asked now."""
        known, fresh = await asyncio.to_thread(self._cached, user)
        if fresh:
            return known
        try:
            return await self.look_up(user)
        except SlackError as away:
            log.warning("person not looked up", user=user, reason=away.reason)
            return known

    async def look_up(self, user: str) -> Profile:
        """Ask Slack, and cache the answer. Raises `SlackError`."""
        try:
            answer = await self._slack.call("users.info", user=user)
            profile = profile_of(answer["user"], self._team)
        except SlackError as refusal:
            if refusal.reason not in NOT_THERE:
                raise
            profile = Profile(user, exists=False)
        await asyncio.to_thread(self.put, profile)
        return profile

    def put(self, profile: Profile) -> None:
        """Cache a profile."""
        for_ = KEPT if profile.exists else UNKNOWN_KEPT
        self._standings.pop(profile.id, None)
        self._store.documents.put_profile(profile.id, json.dumps(asdict(profile)), for_)

    def forget(self, user: str) -> None:
        """Remove a profile that has changed."""
        self._standings.pop(user, None)
        self._store.documents.put_profile(user, None, KEPT)

    def ask(self, users: Iterable[str]) -> dict[str, Profile | None]:
        """The profiles of several people, from a listener's thread, within `PATIENCE` seconds.
        None for whom Slack can't be asked now."""
        cached = {user: self._cached(user) for user in dict.fromkeys(users)}
        found = {user: known for user, (known, _) in cached.items()}
        unsure = [user for user, (_, fresh) in cached.items() if not fresh]
        if unsure and not _runs_here(self._loop):  # the loop can't wait for itself
            asked = asyncio.run_coroutine_threadsafe(self._find_all(unsure), self._loop).result()
            found |= {user: profile for user, profile in asked.items() if profile}
        return found

    def group(self, group: str) -> tuple[str, ...]:
        """The ids of the people in the user group `group`, like `S0OPS`, from a listener's thread.
        Raises `SlackError` if Slack refuses, or doesn't answer within `PATIENCE` seconds."""
        asking = asyncio.wait_for(
            self._slack.call("usergroups.users.list", usergroup=group), PATIENCE
        )
        try:
            answer = asyncio.run_coroutine_threadsafe(asking, self._loop).result()
        except TimeoutError:
            raise SlackError("no answer") from None
        return tuple(str(user) for user in answer.get("users") or [])

    def standing(self, user: str) -> Standing:
        """Who this person is in our workspace, from a listener's thread. A profile that isn't
        fresh counts, because people wait; if nothing is known and Slack can't be asked, a member.
        """
        until, standing = self._standings.get(user, (0.0, Standing.MEMBER))
        if monotonic() < until:
            return standing
        known, _ = self._cached(user)
        known = known or self.ask([user])[user]
        standing = standing_of(known)
        if known:
            if len(self._standings) >= REMEMBERED:
                self._standings.clear()
            self._standings[user] = monotonic() + SURE_FOR, standing
        return standing

    def is_admin(self, user: str) -> bool:
        """Whether this is one of Muster's admins, from a listener's thread. False if Slack would
        have to be asked and can't be."""
        if self._admins:
            return f"@{user}" in self._admins
        found = self.ask([user])[user]
        return found is not None and found.is_admin

    def is_in(self, channel: str, user: str) -> bool | None:
        """Whether this person is in the channel, from a listener's thread. None if Slack doesn't
        say within `PATIENCE` seconds."""

        async def look() -> bool:
            async for each in paginate(
                self._slack, "conversations.members", "members", channel=channel
            ):
                if each == user:
                    return True
            return False

        asking = asyncio.wait_for(look(), PATIENCE)
        try:
            return asyncio.run_coroutine_threadsafe(asking, self._loop).result()
        except (SlackError, TimeoutError) as away:
            log.warning("members not looked up", channel=channel, reason=str(away))
            return None

    def _cached(self, user: str) -> tuple[Profile | None, bool]:
        """The cached profile, and whether it is fresh."""
        kept, left = self._store.documents.profile(user)
        known = Profile(**json.loads(kept)) if kept else None
        return known, known is not None and (left > KEPT - FRESH or not known.exists)

    async def _find_all(self, users: list[str]) -> dict[str, Profile | None]:
        looking = {user: asyncio.create_task(self.find(user)) for user in users}
        _, late = await asyncio.wait(looking.values(), timeout=PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return {user: None if task in late else task.result() for user, task in looking.items()}


def standing_of(profile: Profile | None) -> Standing:
    """Who somebody is, by what Slack says about them."""
    if profile is None or profile.deleted:
        return Standing.MEMBER
    if profile.is_bot:
        return Standing.APP
    if profile.is_foreign or not profile.exists:
        return Standing.STRANGER
    return Standing.GUEST if profile.is_guest else Standing.MEMBER


def is_admin(user: dict[str, Any]) -> bool:
    """Whether Slack's user object is of an admin of the workspace who can act."""
    may = ("is_admin", "is_owner", "is_primary_owner")
    is_person = not (user.get("is_bot") or user.get("deleted"))
    return is_person and any(user.get(each) for each in may)


def known_name(store: Store, user: str) -> str:
    """The name in the store's directory; empty if it has none."""
    kept, _ = store.documents.profile(user)
    return Profile(**json.loads(kept)).name if kept else ""


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


def profile_of(user: dict[str, Any], team: str) -> Profile:
    """The profile in Slack's user object, as of `users.info` and `user_change`. `team`: ours.

    >>> profile_of({"id": "U1", "name": "ana", "team_id": "T1", "tz": "Europe/Madrid"}, "T1")
    Profile(id='U1', name='ana', exists=True, is_bot=False, deleted=False, is_foreign=False, \
is_guest=False, is_single_channel=False, tz='Europe/Madrid', handle='ana', is_admin=False)
    >>> profile_of({"id": "USLACKBOT", "name": "slackbot"}, "T1").is_bot
    True
    """
    about = user.get("profile") or {}
    named = (about.get("display_name"), user.get("real_name"), user.get("name"))
    in_our_grid = bool(user.get("enterprise_user"))
    elsewhere = (user.get("team_id") or team) != team and not in_our_grid
    return Profile(
        id=str(user["id"]),
        name=next((str(each) for each in named if each), ""),
        is_bot=bool(user.get("is_bot")) or user["id"] == SLACKBOT,
        deleted=bool(user.get("deleted")),
        is_foreign=bool(user.get("is_stranger")) or elsewhere,
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_single_channel=bool(user.get("is_ultra_restricted")),
        tz=str(user.get("tz") or ""),
        handle=str(user.get("name") or ""),
        is_admin=is_admin(user),
    )
