"""What a keyring promises: a key per memory, sealing under it, and destroying it.

Two tiers keep the promise differently. `shred`: each memory has its own key, in a place where it
can be destroyed for good, which makes every copy of the sealed memory unreadable. `store`: nothing
is sealed and erasure rests on deleting rows. Identities are tokens keyed from the root in both.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from memsvc.sealing.aead import WRAPPED_BYTES, cipher_of, context, new_secret, seal_with
from memsvc.sealing.root import RootKey
from memsvc.sealing.signing import signing_key

Tier = Literal["shred", "store"]

TOKEN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one memory (or person, session, forget request).

    `slot` and `cipher` are None and `secret` is empty in tier `store`.
    """

    slot: int | None
    secret: bytes = field(repr=False)
    # Made with the key: each memory has two values to open, and a cipher costs more than opening.
    cipher: AESGCM | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class KeyIdentity:
    """What a database keeps to recognise its keys: root check value, slot file id (or None)."""

    root_check: bytes
    file_id: bytes | None


class Keyring(Protocol):
    """The keys of one database. Thread-safe; several processes may each have one on the same keys.

    It must not keep memory keys: a key that was shredded must not live on in a cache. Where an
    agent's `wrapped` key is asked for, it may be two, the newest first: see `being_replaced`.
    """

    @property
    def tier(self) -> Tier:
        """Whether keys can be shredded, or nothing is sealed."""
        ...

    @property
    def identity(self) -> KeyIdentity:
        """What the database should store, to be given as `expected` when opening again."""
        ...

    def new_agent_key(self, agent: int) -> bytes:
        """A fresh agent key, wrapped under the root key and bound to the agent: 60 bytes."""
        ...

    def allocate(self, agent: int, wrapped: bytes, count: int) -> list[Key]:
        """New keys under the agent's key; not durable before `sync`. StorageFull, KeysDamaged."""
        ...

    def sync(self) -> None:
        """Make every allocated key durable; to be called before the COMMIT that relies on them."""
        ...

    def keys(
        self, agent: int, wrapped: bytes, slots: Sequence[int | None]
    ) -> dict[int | None, Key]:
        """The keys in these slots; shredded ones are absent.

        KeysDamaged for a slot that is damaged, never written, or wrapped under another agent's key.
        """
        ...

    def shred(self, slots: Iterable[int], agent: int | None = None) -> int:
        """Destroy keys, durable on return; returns how many there still were. May be repeated.

        `agent`: whose all of them are, where that is known; they are found faster.
        """
        ...

    def held(self, slots: Sequence[int]) -> int:
        """How many of these slots hold a key, whosever; KeysDamaged for a damaged one."""
        ...

    @property
    def rotates(self) -> bool:
        """Whether keys are rows: destroyed ones linger until their agent's key was replaced."""
        ...

    def rewrap(self, agent: int, wrapped: bytes, payloads: Mapping[int, bytes]) -> dict[int, bytes]:
        """Those of these slots that an older key wraps, under the agent's newest; KeysDamaged."""
        ...

    def rewrap_in_place(self, agent: int, wrapped: bytes, slots: Iterable[int]) -> None:
        """Have the agent's newest key wrap these slots, where they lie in a file; durable.

        Shredded ones stay shredded. KeysDamaged, with nothing changed, when one does not open.
        """
        ...

    def forget_agent_keys(self) -> None:
        """Drop agents' keys from RAM; they are unwrapped again when needed."""
        ...

    def seal(self, key: Key, plaintext: bytes, context: bytes) -> bytes:
        """The plaintext sealed under the key and bound to the context."""
        ...

    def open(self, key: Key, sealed: bytes, context: bytes) -> bytes:
        """The plaintext again; CannotOpen for another key, another context or altered bytes."""
        ...

    def token(self, tenant: str, kind: str, identity: str) -> bytes:
        """16 bytes for an identity, keyed per tenant and kind ("person", "session", "agent")."""
        ...

    def digest(self, purpose: str, data: bytes) -> bytes:
        """32 bytes: HMAC-SHA256 of the data under a key derived from the root for the purpose."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes: the Ed25519 signature of the message; `signing.verifies` checks it."""
        ...

    @property
    def public_key(self) -> bytes:
        """32 bytes by which anybody can check what was signed; derived from the root key."""
        ...

    def close(self) -> None:
        """Let the files go."""
        ...


class RootedKeyring:
    """The part of a keyring that needs the root key alone, the same in both tiers."""

    def __init__(self, root: RootKey) -> None:
        self._root = root
        self._agent_keys = cipher_of(root.derive("agent keys"))
        self._signing = signing_key(root.derive("receipts"))
        self.public_key = self._signing.public_key().public_bytes_raw()

    def new_agent_key(self, agent: int) -> bytes:
        """See Keyring."""
        return seal_with(self._agent_keys, new_secret(), agent_context(agent))

    def token(self, tenant: str, kind: str, identity: str) -> bytes:
        """See Keyring."""
        # One key and an unambiguous message is as good as a key per tenant and kind.
        message = context(tenant, kind, identity)
        return hmac.digest(self._root.derive("tokens"), message, "sha256")[:TOKEN_BYTES]

    def digest(self, purpose: str, data: bytes) -> bytes:
        """See Keyring."""
        return hmac.digest(self._root.derive(f"digest/{purpose}"), data, "sha256")

    def sign(self, message: bytes) -> bytes:
        """See Keyring."""
        return self._signing.sign(message)


def beside_older(fresh: bytes, wrapped: bytes) -> bytes:
    """A fresh wrapped agent key together with the one it is to replace."""
    return fresh + wrapped


def being_replaced(wrapped: bytes) -> bool:
    """Whether memories' keys may still be wrapped under an older key of the agent, too."""
    return len(wrapped) > WRAPPED_BYTES


def newest(wrapped: bytes) -> bytes:
    """The agent's newest wrapped key alone."""
    return wrapped[:WRAPPED_BYTES]


def agent_context(agent: int) -> bytes:
    """What a wrapped agent key is bound to."""
    return context("agent key", agent)
