"""The key of an agent's index that lies in the database: for tokens, and for what is sealed there.

Derived from the root key: every process has it, and the database alone does not. It is none of the
keys that erasure destroys; erasing from an index rests on deleting its rows.
"""

from __future__ import annotations

import hmac

from memsvc.sealing.aead import cipher_of, context, open_with, seal_with
from memsvc.sealing.keyring import Keyring

_TOKEN_BYTES = 8


class IndexSeal:
    """Tokens and sealed values of one agent's index; the same in both tiers."""

    def __init__(self, keyring: Keyring, agent_key: int) -> None:
        place = context("index", agent_key)
        self._tokens = keyring.digest("index tokens", place)
        self._values = cipher_of(keyring.digest("index values", place))

    def token(self, *parts: str | int) -> int:
        """64 bits with a sign, of an HMAC of the parts."""
        hashed = hmac.digest(self._tokens, context(*parts), "sha256")
        return int.from_bytes(hashed[:_TOKEN_BYTES], "big", signed=True)

    def seal(self, plaintext: bytes, number: int) -> bytes:
        """The plaintext sealed, and bound to a memory's number."""
        return seal_with(self._values, plaintext, context(number))

    def open(self, sealed: bytes, number: int) -> bytes:
        """The plaintext again; CannotOpen for another number or altered bytes."""
        return open_with(self._values, sealed, context(number))
