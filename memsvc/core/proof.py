"""What a receipt says of a forget request, and of when each store holds nothing readable any more.

It claims which steps were done and what was verified, not that anybody complies with a law.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from memsvc.core.canonical import instant
from memsvc.core.erasure import KEY_BACKUPS_KEPT
from memsvc.core.forget_request import Step

Unreadable = Mapping[str, str | None]
NOT_KNOWN = None
"""When is not the service's to say: it is told what has to happen first."""


def unreadable_at(
    steps: Mapping[str, str], tier: Literal["shred", "store"], database: str, *, indexed: bool
) -> dict[str, dict[str, str | None]]:
    """For each store when what was erased became, or becomes, unreadable; RFC 3339 times.

    Keys in a file are overwritten in place: from then on no copy of a row can be read, wherever it
    lies. Keys in rows linger until those that wrapped them are replaced, and in the server's log
    until it reuses that. In tier `store` nothing was sealed: what counts is that files were purged.
    `indexed`: indexes may lie in the database. They are not sealed, and what was erased lies in
    free room of large tables until those are built anew.
    """
    shredded, purged = steps[Step.SHRED], steps[Step.PURGE]
    last = datetime.fromisoformat(purged if database == "postgresql" else shredded)
    backups: dict[str, str | None] = {"at": instant(last + KEY_BACKUPS_KEPT)}
    if tier == "store":
        backups = {"at": NOT_KNOWN, "once": "backups taken before are deleted"}
        shredded = purged
    elif indexed:
        others = f"others can be read until {backups['at']} at most"
        once = f"copies that hold the schema memsvc_index are deleted; {others}"
        backups = {"at": NOT_KNOWN, "once": once}
    index = {"index": {"at": NOT_KNOWN, "once": "large tables were built anew"}} if indexed else {}
    if database == "postgresql":
        return {
            **index,
            "rows": {"at": _told(purged)},
            "log": {
                "at": NOT_KNOWN,
                "once": "the server has reused its segments, archived ones too",
            },
            "backups": backups,
        }
    at = _told(shredded)
    return {"rows": {"at": at}, "log": {"at": at}, "keys": {"at": at}, "backups": backups}


def content_of(
    request: Mapping[str, Any],
    progress: Mapping[str, Any],
    stores: Mapping[str, Any],
    service: Mapping[str, Any],
) -> dict[str, Any]:
    """The content of a receipt: numbers, codes, times, ids of requests and keys."""
    return {
        **request,
        **service,
        "counts": progress["counts"],
        "unredacted": progress.get("unredacted", 0),
        "keys_destroyed": progress.get("keys", 0),
        "rows_erased": dict(progress.get("rows", {})),
        "steps": {name: _told(at) for name, at in progress["steps"].items()},
        "unreadable": stores,
        "suppressed_until": _told(progress.get("suppress_until")),
        "ledger_place": progress.get("ledger_place", 0),
        "verifier": progress["verifier"],
    }


def _told(at: str | None) -> str | None:
    return None if at is None else instant(datetime.fromisoformat(at))
