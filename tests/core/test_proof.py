"""When a receipt says that nothing erased can be read any more."""

from __future__ import annotations

from memsvc.core.forget_request import Step
from memsvc.core.proof import unreadable_at

STEPS = {
    Step.SHRED.value: "2026-03-01T12:00:00+00:00",
    Step.PURGE.value: "2026-03-01T12:05:00+00:00",
}


def test_without_indexes_there_it_speaks_of_none() -> None:
    told = unreadable_at(STEPS, "shred", "postgresql", indexed=False)
    assert told.keys() == {"rows", "log", "backups"}
    assert told["backups"].keys() == {"at"}


def test_of_indexes_in_the_database_and_of_copies_with_them_no_time_is_known() -> None:
    plain = unreadable_at(STEPS, "shred", "postgresql", indexed=False)
    told = unreadable_at(STEPS, "shred", "postgresql", indexed=True)
    assert told["index"] == {"at": None, "once": "large tables were built anew"}
    backups = told["backups"]
    assert backups["at"] is None
    assert backups["once"] == (
        "copies that hold the schema memsvc_index are deleted; "
        f"others can be read until {plain['backups']['at']} at most"
    )
    assert (told["rows"], told["log"]) == (plain["rows"], plain["log"])


def test_where_nothing_is_sealed_all_copies_have_to_go() -> None:
    told = unreadable_at(STEPS, "store", "postgresql", indexed=True)
    assert told["backups"] == {"at": None, "once": "backups taken before are deleted"}
    assert "index" in told
