"""Tier `shred`: every memory under its own key, wrapped under the agent's key in a slot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from memsvc.errors import KeysDamaged
from memsvc.sealing.aead import (
    WRAPPED_BYTES,
    CannotOpen,
    cipher_of,
    context,
    new_secret,
    open_with,
    seal_with,
)
from memsvc.sealing.keyring import Key, KeyIdentity, RootedKeyring, Tier, agent_context, newest
from memsvc.sealing.root import RootKey

_AGENTS_IN_RAM = 4096


class Slots(Protocol):
    """Numbered places for wrapped keys of 60 bytes; a number is handed out once."""

    @property
    def rotates(self) -> bool:
        """Whether what was shredded lingers until the agent's key is replaced."""
        ...

    @property
    def file_id(self) -> bytes:
        """16 bytes by which a database recognises its slots."""
        ...

    def allocate(
        self, count: int, payload_for: Callable[[int], bytes], *, agent: int
    ) -> Sequence[int]:
        """Hand out numbers and keep what is made for each; StorageFull when the disk is."""
        ...

    def sync(self) -> None:
        """Make what was allocated durable, where the commit that needs it does not."""
        ...

    def read(self, slots: Iterable[int], agent: int | None = None, /) -> dict[int, bytes]:
        """What is kept in these slots, without the shredded ones; KeysDamaged.

        `agent`: whose all of them are, where that is known.
        """
        ...

    def shred(self, slots: Iterable[int], agent: int | None = None, /) -> int:
        """Destroy what is kept, durable on return; how many slots still held something."""
        ...

    def replace(
        self,
        slots: Iterable[int],
        fresh_for: Callable[[Mapping[int, bytes]], Mapping[int, bytes]],
    ) -> None:
        """Put what is made of these slots' payloads in their place, durable on return.

        Shredded ones stay shredded. ValueError where what `rotates` is replaced otherwise.
        """
        ...

    def close(self) -> None:
        """Let files go."""
        ...


def unknown(_agent: int) -> None:
    """The agent's wrapped key as it stands now, where nobody can tell."""


class SealedKeyring(RootedKeyring):
    """Keys in slots. Unwrapped agent keys stay in RAM (bounded), memory keys never do.

    `agent_key` gives an agent's wrapped key as it stands now: a rotation may have replaced it.
    """

    tier: Tier = "shred"

    def __init__(
        self,
        root: RootKey,
        slots: Slots,
        agent_key: Callable[[int], bytes | None] = unknown,
    ) -> None:
        super().__init__(root)
        self._agent_key = agent_key
        self.identity = KeyIdentity(root.check_value(), slots.file_id)
        self._slots = slots
        self._agent_cipher = lru_cache(maxsize=_AGENTS_IN_RAM)(self._unwrap_agent_key)

    def allocate(self, agent: int, wrapped: bytes, count: int) -> list[Key]:
        """See Keyring."""
        cipher = self._agent_cipher(agent, newest(wrapped))
        place = _place(agent)
        keys: list[Key] = []

        def wrap(slot: int) -> bytes:
            secret = new_secret()
            keys.append(Key(slot, secret, cipher_of(secret)))
            return seal_with(cipher, secret, place + slot.to_bytes(8, "big"))

        self._slots.allocate(count, wrap, agent=agent)
        return keys

    def sync(self) -> None:
        """See Keyring."""
        self._slots.sync()

    def keys(
        self, agent: int, wrapped: bytes, slots: Sequence[int | None]
    ) -> dict[int | None, Key]:
        """See Keyring."""
        wanted = [slot for slot in slots if slot is not None]
        while True:
            opened, unopened = self._unwrapped(agent, wrapped, self._slots.read(wanted, agent))
            if unopened is None:
                return opened
            # It may have been rotated between the reading of the agent and of its slots.
            now = self._agent_key(agent)
            if now is None or now == wrapped:
                raise _foreign(agent, unopened)
            wrapped = now

    def _unwrapped(
        self, agent: int, wrapped: bytes, payloads: Mapping[int, bytes]
    ) -> tuple[dict[int | None, Key], int | None]:
        """The keys, and the first slot that does not open."""
        found: dict[int | None, Key] = {}
        left = payloads
        for cipher in self._agent_ciphers(agent, wrapped):
            secrets, left = _opened(cipher, _place(agent), left)
            found |= {slot: Key(slot, one, cipher_of(one)) for slot, one in secrets.items()}
        return found, next(iter(left), None)

    def shred(self, slots: Iterable[int], agent: int | None = None) -> int:
        """See Keyring."""
        return self._slots.shred(slots, agent)

    def held(self, slots: Sequence[int]) -> int:
        """See Keyring."""
        return len(self._slots.read(slots))

    @property
    def rotates(self) -> bool:
        """See Keyring."""
        return self._slots.rotates

    def rewrap(self, agent: int, wrapped: bytes, payloads: Mapping[int, bytes]) -> dict[int, bytes]:
        """See Keyring."""
        fresh, *older = self._agent_ciphers(agent, wrapped)
        place = _place(agent)
        _, left = _opened(fresh, place, payloads)
        rewrapped = {}
        for cipher in older:
            secrets, left = _opened(cipher, place, left)
            for slot, secret in secrets.items():
                rewrapped[slot] = seal_with(fresh, secret, place + slot.to_bytes(8, "big"))
        if left:
            raise _foreign(agent, next(iter(left)))
        return rewrapped

    def rewrap_in_place(self, agent: int, wrapped: bytes, slots: Iterable[int]) -> None:
        """See Keyring."""
        self._slots.replace(slots, partial(self.rewrap, agent, wrapped))

    def forget_agent_keys(self) -> None:
        """See Keyring."""
        self._agent_cipher.cache_clear()

    def seal(self, key: Key, plaintext: bytes, context: bytes) -> bytes:
        """See Keyring."""
        return seal_with(_cipher(key), plaintext, context)

    def open(self, key: Key, sealed: bytes, context: bytes) -> bytes:
        """See Keyring."""
        return open_with(_cipher(key), sealed, context)

    def close(self) -> None:
        """See Keyring."""
        self._agent_cipher.cache_clear()
        self._slots.close()

    def _agent_ciphers(self, agent: int, wrapped: bytes) -> list[AESGCM]:
        """Of the agent's keys, the newest first."""
        return [
            self._agent_cipher(agent, wrapped[start : start + WRAPPED_BYTES])
            for start in range(0, len(wrapped), WRAPPED_BYTES)
        ]

    def _unwrap_agent_key(self, agent: int, wrapped: bytes) -> AESGCM:
        try:
            return cipher_of(open_with(self._agent_keys, wrapped, agent_context(agent)))
        except CannotOpen:
            raise KeysDamaged(
                f"the key of agent {agent} does not open under this root key: restore the root key"
                " and the database from the same backup"
            ) from None


def _cipher(key: Key) -> AESGCM:
    if key.cipher is None:
        raise ValueError("a key of the other tier")
    return key.cipher


def _foreign(agent: int, slot: int) -> KeysDamaged:
    return KeysDamaged(
        f"slot {slot} does not open under the key of agent {agent}: database and keys do not belong"
        " together; restore both from the same backup"
    )


def _opened(
    cipher: AESGCM, place: bytes, payloads: Mapping[int, bytes]
) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """The secrets in the slots that this agent key wraps, and the payloads that it does not."""
    secrets, left = {}, {}
    for slot, payload in payloads.items():
        try:
            secrets[slot] = open_with(cipher, payload, place + slot.to_bytes(8, "big"))
        except CannotOpen:
            left[slot] = payload
    return secrets, left


def _place(agent: int) -> bytes:
    """With the slot's number (8 bytes, big-endian) after it: what a wrapped memory key is bound to.

    Copied to another slot or agent it does not open.
    """
    return context("memory key", agent)
