"""Tier `shred`: every memory under its own key, wrapped under the agent's key in a slot file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from memsvc.errors import KeysDamaged
from memsvc.sealing.aead import (
    CannotOpen,
    cipher_of,
    context,
    new_secret,
    open_sealed,
    open_with,
    seal,
    seal_with,
)
from memsvc.sealing.keyring import Key, KeyIdentity, RootedKeyring, Tier, agent_context
from memsvc.sealing.root import RootKey
from memsvc.sealing.slots import SlotFile

_AGENTS_IN_RAM = 4096


class SealedKeyring(RootedKeyring):
    """Keys in a slot file. Unwrapped agent keys stay in RAM (bounded), memory keys never do."""

    tier: Tier = "shred"

    def __init__(self, root: RootKey, slot_file: SlotFile) -> None:
        super().__init__(root)
        self.identity = KeyIdentity(root.check_value(), slot_file.file_id)
        self._slots = slot_file
        self._agent_cipher = lru_cache(maxsize=_AGENTS_IN_RAM)(self._unwrap_agent_key)

    def allocate(self, agent: int, wrapped: bytes, count: int) -> list[Key]:
        """See Keyring."""
        cipher = self._agent_cipher(agent, wrapped)
        place = _place(agent)
        keys: list[Key] = []

        def wrap(slot: int) -> bytes:
            key = Key(slot, new_secret())
            keys.append(key)
            return seal_with(cipher, key.secret, place + slot.to_bytes(8, "big"))

        self._slots.allocate(count, wrap)
        return keys

    def sync(self) -> None:
        """See Keyring."""
        self._slots.sync()

    def keys(
        self, agent: int, wrapped: bytes, slots: Sequence[int | None]
    ) -> dict[int | None, Key]:
        """See Keyring."""
        cipher = self._agent_cipher(agent, wrapped)
        place = _place(agent)
        payloads = self._slots.read(slot for slot in slots if slot is not None)
        found: dict[int | None, Key] = {}
        for slot, payload in payloads.items():
            try:
                secret = open_with(cipher, payload, place + slot.to_bytes(8, "big"))
            except CannotOpen:
                raise KeysDamaged(
                    f"slot {slot} does not open under the key of agent {agent}: database and key"
                    " file do not belong together; restore both from the same backup"
                ) from None
            found[slot] = Key(slot, secret)
        return found

    def shred(self, slots: Iterable[int]) -> int:
        """See Keyring."""
        return self._slots.shred(slots)

    def seal(self, key: Key, plaintext: bytes, context: bytes) -> bytes:
        """See Keyring."""
        return seal(key.secret, plaintext, context)

    def open(self, key: Key, sealed: bytes, context: bytes) -> bytes:
        """See Keyring."""
        return open_sealed(key.secret, sealed, context)

    def close(self) -> None:
        """See Keyring."""
        self._agent_cipher.cache_clear()
        self._slots.close()

    def _unwrap_agent_key(self, agent: int, wrapped: bytes) -> AESGCM:
        try:
            return cipher_of(open_with(self._agent_keys, wrapped, agent_context(agent)))
        except CannotOpen:
            raise KeysDamaged(
                f"the key of agent {agent} does not open under this root key: restore the root key"
                " and the database from the same backup"
            ) from None


def _place(agent: int) -> bytes:
    """With the slot's number (8 bytes, big-endian) after it: what a wrapped memory key is bound to.

    Copied to another slot or agent it does not open.
    """
    return context("memory key", agent)
