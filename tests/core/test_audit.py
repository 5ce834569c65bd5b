"""The audit log as a chain: what a record may say, and that no change to it goes unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.audit import (
    START,
    Act,
    Action,
    Entry,
    Record,
    checkpoint,
    content,
    digest,
    entries_in,
    fault,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def chained(count: int, tenant: str = "t1") -> list[Entry]:
    """A log of so many records."""
    entries: list[Entry] = []
    before = START
    for place in range(1, count + 1):
        record = Record(
            tenant=tenant,
            place=place,
            at=NOW + timedelta(microseconds=place),
            actor="9f1c",
            action=Action.KEY_ISSUED,
            target=f"key-{place}",
            agent_token=None if place % 2 else "ab" * 16,
            detail={"count": place, "codes": ["a", "b"], "done": True},
        )
        before = digest(before, record)
        entries.append(Entry(record, before, "support"))
    return entries


def shown(entry: Entry) -> dict[str, Any]:
    """As the service shows it."""
    covered = content(entry.record)
    del covered["tenant"]
    return covered | {"agent_id": entry.agent_id, "digest": entry.digest.hex()}


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"count": 0, "most": 2**53 - 1, "least": -(2**53) + 1},
        {"done": True, "scope": "people", "version": "1.2.3-rc_1"},
        {"receipt_sha256": "0123456789abcdef" * 4},
        {"steps": ["shred", "erase"], "counts": (1, 2), "flags": [True], "none": []},
    ],
)
def test_numbers_and_codes_may_be_told(detail: dict) -> None:
    assert Act("memsvc", Action.FORGET_CLOSED, detail=detail).detail == detail


@pytest.mark.parametrize(
    "value",
    [
        "Ana Lima",
        "ana@example.org",
        "Ana",
        "",
        "a" * 65,
        "a\n",
        "ä",
        0.5,
        None,
        2**53,
        -(2**53),
        b"code",
        {"name": "ana"},
        {"ana"},
        ["ok", "Not a code"],
        [["nested"]],
        [None],
        [0.5],
    ],
)
def test_words_may_not(value: Any) -> None:
    with pytest.raises(ValueError, match="numbers and codes only"):
        Act("memsvc", Action.FORGET_CLOSED, detail={"told": value})


@pytest.mark.parametrize("name", ["", "Ana Lima", "a" * 65, "é"])
def test_a_detail_s_name_is_a_code(name: str) -> None:
    with pytest.raises(ValueError, match="numbers and codes only"):
        Act("memsvc", Action.FORGET_CLOSED, detail={name: 1})


@pytest.mark.parametrize("broken", ["", "Ana Lima", "a\n", "x" * 129])
def test_actor_and_target_are_ids(broken: str) -> None:
    with pytest.raises(ValueError, match="ids") as raised:
        Act(broken, Action.KEY_ISSUED)
    assert not broken.strip() or broken not in str(raised.value)
    with pytest.raises(ValueError, match="ids"):
        Act("memsvc", Action.KEY_ISSUED, target=broken)


def test_actions_are_codes() -> None:
    for action in Action:
        act = Act("memsvc", action, detail={"action": action})
        assert act.detail == {"action": action.value}


def test_the_digest_is_of_the_one_before_and_the_canonical_record() -> None:
    [first] = chained(1)
    text = (
        b'{"action":"key.issued","actor":"9f1c","agent_token":null,"at":"2026-03-01T12:00:00.000001Z",'
        b'"detail":{"codes":["a","b"],"count":1,"done":true},"place":1,"target":"key-1","tenant":"t1"}'
    )

    assert first.digest == sha256(bytes(32) + text).digest()


@given(st.integers(0, 8), st.integers(0, 8))
def test_a_log_and_every_stretch_of_it_hold(count: int, first: int) -> None:
    log = chained(count)

    assert fault(log) is None
    assert fault(log, START) is None
    assert fault(log[first:]) is None
    if first < count:
        assert fault(log[first:], log[first - 1].digest if first else START) is None


CHANGES: list[dict[str, Any]] = [
    {"tenant": "t2"},
    {"at": NOW},
    {"actor": "memsvc"},
    {"action": Action.KEY_REVOKED},
    {"target": None},
    {"target": "key-99"},
    {"agent_token": "cd" * 16},
    {"detail": {}},
    {"detail": {"count": 99}},
    {"detail": {"count": float("nan")}},
    {"detail": {"count": 2**70}},
]


@given(st.integers(0, 5), st.sampled_from(CHANGES))
def test_an_altered_record_is_found(index: int, change: dict) -> None:
    log = chained(6)
    log[index] = replace(log[index], record=replace(log[index].record, **change))

    assert fault(log) == f"the record of place {index + 1} is not the one that was written there"


@given(st.integers(0, 5))
def test_one_that_was_given_a_new_digest_breaks_at_the_next(index: int) -> None:
    log = chained(6)
    forged = replace(log[index].record, actor="memsvc")
    log[index] = Entry(forged, digest(log[index - 1].digest if index else START, forged))

    found = fault(log)

    assert (found is None) is (index == 5)  # the last one is vouched for by a checkpoint
    assert found is None or found.startswith(f"the record of place {index + 2} ")


@given(st.permutations(range(5)), st.sets(st.integers(0, 4)))
def test_missing_moved_and_repeated_records_are_found(order: Sequence[int], left: set) -> None:
    log = chained(5)
    changed = [log[index] for index in order if index not in left]
    places = [entry.record.place for entry in changed]

    run = list(range(places[0], places[0] + len(places))) if places else []

    assert (fault(changed) is None) is (places == run)
    assert fault([*log, log[-1]]) == "place 5 comes after place 5"


def test_a_record_of_another_tenant_s_log_does_not_fit() -> None:
    assert fault([*chained(2), chained(3, "t2")[2]])


def test_a_log_that_begins_elsewhere_is_found() -> None:
    assert fault(chained(3), bytes([1]) * 32)
    assert fault(chained(3)[1:], START)


@given(st.integers(0, 5))
def test_what_was_shown_is_read_again(count: int) -> None:
    log = chained(count)
    bare = [replace(entry, agent_id=None) for entry in log]
    pages = [{"records": [shown(one) for one in part], "next_after": None} for part in (log, [])]

    assert entries_in("t1", (shown(one) for one in log)) == bare
    assert entries_in("t1", [[shown(one) for one in log]]) == bare
    assert entries_in("t1", pages) == bare
    assert entries_in("t1", [pages]) == bare


@pytest.mark.parametrize(
    "broken",
    [
        7,
        None,
        "text",
        {},
        {"records": 7},
        {"records": [7]},
        [[[]]],
        {"place": "1"},
        {"place": 1.0},
        {"place": True},
        {"digest": "ab"},
        {"digest": None},
        {"at": "yesterday"},
        {"at": 5},
        {"at": "2026-03-01T12:00:00"},
        {"detail": 5},
        {"detail": None},
        {"more": 1},
    ],
)
def test_what_is_no_record_is_refused(broken: Any) -> None:
    whole = shown(chained(1)[0])
    partly = isinstance(broken, dict) and broken and "records" not in broken

    with pytest.raises(ValueError, match=r"."):
        entries_in("t1", [whole | broken if partly else broken])


def test_a_checkpoint_says_what_it_is() -> None:
    assert checkpoint("t1", 0, START.hex(), NOW) == {
        "format": "memsvc audit checkpoint 1",
        "tenant": "t1",
        "place": 0,
        "digest": "00" * 32,
        "at": "2026-03-01T12:00:00Z",
    }
