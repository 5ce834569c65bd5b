"""The report on memories, finding by finding."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memsvc.core.hygiene import MOST_IDS, SOON, UNUSED_FOR, Inspection, Report
from memsvc.core.memory import Channel, Kind, Memory, Status
from memsvc.core.secrets_in import SecretKind
from tests.core.made import NOW, memory


def report(*memories: Memory) -> Report:
    inspection = Inspection(NOW)
    for one in memories:
        inspection.look(one)
    return inspection.report()


def test_of_nothing_there_is_nothing_to_tell() -> None:
    empty = report()

    assert (empty.memories, empty.used, empty.concentration) == (0, 0, 0.0)
    assert empty.exact.groups == empty.near.groups == empty.loops.groups == empty.secrets.count == 0


def test_duplicates_are_of_the_same_people() -> None:
    found = report(
        memory(id="a", content="I moved to Lisbon last week.", user_id="u1"),
        memory(id="b", content="I moved to  LISBON last week.", user_id="u1"),
        memory(id="c", content="Oh, I moved to Lisbon last week!", user_id="u1"),
        memory(id="d", content="I moved to Lisbon last week.", user_id="u2"),
        memory(
            id="e", content="I moved to Lisbon last week.", user_id="u1", status=Status.ARCHIVED
        ),
    )

    assert (found.exact.groups, found.exact.memories, found.exact.ids) == (1, 2, (("a", "b"),))
    assert (found.near.groups, found.near.memories, found.near.ids) == (1, 3, (("a", "b", "c"),))


def test_a_loop_is_what_the_agent_says_three_times() -> None:
    def said(id_: str, channel: Channel) -> Memory:
        return memory(id=id_, content="The build on main is green.", channel=channel, speaker=id_)

    two = [said("a", Channel.AGENT), said("b", Channel.AGENT), said("c", Channel.USER)]

    assert report(*two).loops.groups == 0
    assert report(*two, said("d", Channel.AGENT)).loops.ids == (("a", "b", "d"),)


def test_unused_is_what_has_been_there_for_long_without_a_use() -> None:
    old = NOW - UNUSED_FOR - timedelta(seconds=1)
    found = report(
        memory(id="a", created_at=old),
        memory(id="b", created_at=old, kind=Kind.SEMANTIC),
        memory(id="c", created_at=old, use_count=1),
        memory(id="d", created_at=NOW - UNUSED_FOR),
        memory(id="e", created_at=old, status=Status.SUPERSEDED),
    )

    assert {kind: one.ids for kind, one in found.unused.items()} == {
        Kind.EPISODIC: ("a",),
        Kind.SEMANTIC: ("b",),
        Kind.PROCEDURAL: (),
    }
    assert found.used == 1


def test_secrets_are_found_whatever_the_status() -> None:
    found = report(
        memory(id="a", content="my password is hunter2", status=Status.QUARANTINED),
        memory(id="b", content="nothing"),
    )

    assert (found.secrets.count, found.secrets.ids) == (1, ("a",))
    assert found.secrets_by_kind[SecretKind.PASSWORD] == 1
    assert found.secrets_by_kind[SecretKind.JWT] == 0


def test_what_expires_soon() -> None:
    found = report(
        memory(id="a", expires_at=NOW + SOON),
        memory(id="b", expires_at=NOW + SOON + timedelta(seconds=1)),
        memory(id="c"),
    )

    assert found.expiring.ids == ("a",)


def test_only_some_ids_are_named() -> None:
    inspection = Inspection(NOW)
    for number in range(60):
        inspection.look(memory(id=f"m{number}", expires_at=NOW))
        inspection.damaged(f"d{number}")
    found = inspection.report()

    assert (found.expiring.count, len(found.expiring.ids)) == (60, MOST_IDS)
    assert (found.damaged.count, len(found.damaged.ids)) == (60, MOST_IDS)
    assert (found.exact.groups, found.exact.memories) == (1, 60)
    assert sum(map(len, found.exact.ids)) == MOST_IDS


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ([], 0.0),
        ([0, 0], 0.0),
        ([3, 3, 3], 0.0),
        ([0, 0, 0, 8], 0.75),
        ([0, 1], 0.5),
        ([1, 2, 3, 4], 0.25),
    ],
)
def test_concentration(uses: list[int], expected: float) -> None:
    found = report(*(memory(id=f"m{at}", use_count=used) for at, used in enumerate(uses)))

    assert found.concentration == pytest.approx(expected)
