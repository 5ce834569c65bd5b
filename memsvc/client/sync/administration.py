"""Keys and the audit log."""

from __future__ import annotations

from typing import Unpack

from memsvc.client import models, routes
from memsvc.client.params import KeyFields
from memsvc.client.sync.calls import Calls
from memsvc.client.sync.pages import Pages
from memsvc.client.words import AuditAction, KeyRole


class Keys:
    """API keys. For admin keys."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def create(self, role: KeyRole, **fields: Unpack[KeyFields]) -> models.NewKey:
        """Make a key: the only answer that ever holds it."""
        return self._calls.ask(routes.CREATE_KEY, body={"role": role, **fields})

    def list(self) -> list[models.KeyCard]:
        """The keys that are valid, oldest first, without the keys themselves."""
        return (self._calls.ask(routes.LIST_KEYS)).keys

    def revoke(self, key_id: str) -> None:
        """End a key."""
        self._calls.answer(routes.REVOKE_KEY, key_id)


class Audit:
    """The audit log. For operator and admin keys."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def records(
        self, action: AuditAction | None = None, *, after: int = 0, limit: int | None = None
    ) -> Pages[models.AuditRecord, models.AuditPage]:
        """Records after a place, oldest first: iterate over them."""

        def read(cursor: str | None) -> models.AuditPage:
            params = {"action": action, "limit": limit, "after": cursor or after}
            return self._calls.ask(routes.AUDIT, params=params)

        return Pages(read, lambda page: page.records, _place_after)

    def checkpoint(self) -> models.Checkpoint:
        """Where the log stands, signed: keep it elsewhere."""
        return self._calls.ask(routes.CHECKPOINT)


def _place_after(page: models.AuditPage) -> str | None:
    return None if page.next_after is None else str(page.next_after)
