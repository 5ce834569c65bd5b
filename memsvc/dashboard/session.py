"""Who is signed in: a sealed cookie, so that every worker and replica knows it and none keeps it.

The sealed bytes: seconds since 1970 at which it ends (8), the secret that forms carry (16), the
id of the API key. It says who signed in, never what they may do: that is asked at every request.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta

from memsvc.runtime import Safe
from memsvc.sealing.aead import CannotOpen, context, open_sealed, seal

LASTS = timedelta(hours=8)
COOKIE = "memsvc_dashboard"
_HEAD = struct.Struct(">Q16s")
_CONTEXT = context("dashboard", "session")
_LONGEST = 512


@dataclass(frozen=True, slots=True)
class Session:
    """The key that signed in, and the secret that proves a form to be of this session."""

    key_id: str
    secret: bytes

    @property
    def token(self) -> str:
        """What every form that changes something carries: 32 hex digits."""
        return self.secret.hex()

    def sent(self, token: str) -> bool:
        """Whether a form carries this session's token."""
        return hmac.compare_digest(self.token.encode(), token.encode("utf-8", "replace"))


def begin(safe: Safe, key_id: str) -> str:
    """The cookie of a new session."""
    ends = int((safe.clock.now() + LASTS).timestamp())
    plain = _HEAD.pack(ends, secrets.token_bytes(16)) + key_id.encode()
    return base64.urlsafe_b64encode(seal(_key(safe), plain, _CONTEXT)).decode().rstrip("=")


def read(safe: Safe, cookie: str, now: datetime) -> Session | None:
    """The session of a cookie; None for one that is forged, damaged or over."""
    if len(cookie) > _LONGEST:
        return None
    try:
        sealed = base64.b64decode(cookie + "=" * (-len(cookie) % 4), altchars=b"-_", validate=True)
        plain = open_sealed(_key(safe), sealed, _CONTEXT)
    except (ValueError, binascii.Error, CannotOpen):
        return None
    ends, secret = _HEAD.unpack_from(plain)
    if now.timestamp() >= ends:
        return None
    return Session(plain[_HEAD.size :].decode(), secret)


def without_keys(safe: Safe, key_id: str) -> Session:
    """The session of everybody, where the service asks for no key."""
    return Session(key_id, safe.keyring.digest("dashboard", b"forms")[:16])


def _key(safe: Safe) -> bytes:
    return safe.keyring.digest("dashboard", b"session")
