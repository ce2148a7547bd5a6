"""Signed tokens for links."""

import hashlib
import hmac

MAC_LENGTH = 32  # hexadecimal digits: 128 bits


def sign(secret: bytes, purpose: str, about: str) -> str:
    """A token that contains `about` and a signature. `purpose`: tokens of one purpose aren't valid
    for another.

    >>> sign(b"secret", "subscription", "INC-7.13").startswith("INC-7.13.")
    True
    """
    return f"{about}.{_mac(secret, purpose, about)}"


def verify(secret: bytes, purpose: str, token: str) -> str | None:
    """The content of a token; None if it wasn't signed with this secret for this purpose.

    >>> token = sign(b"secret", "subscription", "INC-7.13")
    >>> verify(b"secret", "subscription", token), verify(b"secret", "page", token)
    ('INC-7.13', None)
    """
    about, _, mac = token.rpartition(".")
    ours = _mac(secret, purpose, about).encode()
    return about if hmac.compare_digest(ours, mac.encode(errors="replace")) else None


def _mac(secret: bytes, purpose: str, about: str) -> str:
    signed = f"{purpose}:{about}".encode(errors="replace")
    return hmac.new(secret, signed, hashlib.sha256).hexdigest()[:MAC_LENGTH]
