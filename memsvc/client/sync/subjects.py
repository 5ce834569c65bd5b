"""People whose data is held, and their rights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from memsvc.client import models, routes
from memsvc.client.params import Correction
from memsvc.client.sync.calls import Calls


class Subjects:
    """For operator and admin keys. Identities travel in bodies, never in addresses."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def aliases(
        self,
        subject_id: str,
        *,
        aliases: Sequence[str] = (),
        names: Sequence[str] = (),
        remove: Sequence[str] = (),
        merge: bool = False,
    ) -> models.Aliases:
        """Register by what a person is known: a request that gives any of it means all."""
        body = {
            "subject_id": subject_id,
            "aliases": aliases,
            "names": names,
            "remove": remove,
            "merge": merge,
        }
        return self._calls.ask(routes.ALIASES, body=body)

    def lookup(self, subject_id: str) -> models.Subject:
        """By what a person is known, and whether they are restricted."""
        return self._calls.ask(routes.LOOKUP, body={"subject_id": subject_id})

    def export(
        self,
        subject_id: str,
        *,
        format: Literal["jsonl", "html"] = "jsonl",  # noqa: A002 - its name in the service
        agent_id: str | None = None,
    ) -> str:
        """Everything that is held from and about a person, for them: lines of JSON, or a page."""
        body = {"subject_id": subject_id, "format": format, "agent_id": agent_id}
        return self._calls.ask(routes.EXPORT, body=body)

    def rectify(self, corrections: Sequence[Correction]) -> list[models.Rectified]:
        """Put 1 to 100 memories right, and erase what they said before."""
        body = {"corrections": corrections}
        return (self._calls.ask(routes.RECTIFY, body=body)).results

    def restrict(
        self, subject_id: str, *, restricted: bool = True, reason: str | None = None
    ) -> models.Restriction:
        """Keep what is held of a person from being used; `restricted=False` lifts that."""
        body = {"subject_id": subject_id, "restricted": restricted, "reason": reason}
        return self._calls.ask(routes.RESTRICT, body=body)

    def readmit(self, subject_id: str) -> int:
        """Let what was forgotten of a person be written again; how many tombstones went."""
        return (self._calls.ask(routes.READMIT, body={"subject_id": subject_id})).lifted
