"""The list of all kinds of streams, with how the shared values of each are stored."""

from dataclasses import replace
from functools import lru_cache

from bot import policy as policies
from bot.incident.events import Declared
from bot.incident.incident import NO_POLICY
from bot.incident.kind import INCIDENT
from bot.incident.policy import Policy
from bot.streams.kind import Kinds, SharedValue


@lru_cache(maxsize=8)
def _written(policy: Policy) -> tuple[str, str]:
    """Text and digest, cached: a process has one policy, and serializing it takes a
    millisecond.
    """
    text = policies.dump(policy)
    return text, policies.digest(text)


POLICY = SharedValue(Declared, "policy", NO_POLICY, _written, policies.parse)

KINDS = Kinds((replace(INCIDENT, shared=(POLICY,)),))
