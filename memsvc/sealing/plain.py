"""Tier `store`: nothing is sealed; erasure rests on deleting rows and purging files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from memsvc.sealing.keyring import Key, KeyIdentity, RootedKeyring, Tier
from memsvc.sealing.root import RootKey

_NO_KEY = Key(slot=None, secret=b"")


class PlainKeyring(RootedKeyring):
    """A keyring without memory keys; tokens and digests are keyed as in tier `shred`."""

    tier: Tier = "store"
    rotates = False

    def __init__(self, root: RootKey) -> None:
        super().__init__(root)
        self.identity = KeyIdentity(root.check_value(), file_id=None)

    def allocate(self, agent: int, wrapped: bytes, count: int) -> list[Key]:
        """The empty key, `count` times."""
        return [_NO_KEY] * count

    def sync(self) -> None:
        """Nothing to make durable."""

    def keys(
        self, agent: int, wrapped: bytes, slots: Sequence[int | None]
    ) -> dict[int | None, Key]:
        """The empty key for rows without a slot; rows with one were sealed and have no key here."""
        return {None: _NO_KEY} if None in slots else {}

    def shred(self, slots: Iterable[int], agent: int | None = None) -> int:
        """Nothing to destroy: 0."""
        return 0

    def held(self, slots: Sequence[int]) -> int:
        """Nothing is held: 0."""
        return 0

    def rewrap(self, agent: int, wrapped: bytes, payloads: Mapping[int, bytes]) -> dict[int, bytes]:
        """Nothing is wrapped."""
        return {}

    def rewrap_in_place(self, agent: int, wrapped: bytes, slots: Iterable[int]) -> None:
        """Nothing is wrapped."""

    def forget_agent_keys(self) -> None:
        """There are none."""

    def seal(self, key: Key, plaintext: bytes, context: bytes) -> bytes:
        """The plaintext as it is."""
        return plaintext

    def open(self, key: Key, sealed: bytes, context: bytes) -> bytes:
        """The bytes as they are."""
        return sealed

    def close(self) -> None:
        """Nothing to let go."""
