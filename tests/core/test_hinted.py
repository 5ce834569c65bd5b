"""Statements beside each other: hints count where something read vouches for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.contradiction import Standing, settled
from memsvc.core.hinted import beside_each_other
from memsvc.core.memory import Channel, Kind, Memory, Status, Trust
from memsvc.core.statements import slots_said, statement_of

START = datetime(2026, 1, 1, tzinfo=UTC)
READ = "The chief executive of Kestrel is {}."
REPLACED = "{} left the executive job at Kestrel."
HINTED = [
    "{} occupies the corner office at Kestrel.",
    "{} calls the shots and leads the company at Kestrel.",
]
PEOPLE = ["Tom Berg", "Ilse Dahl", "Mara Venn", "Ole Lund"]


def said(number: int, content: str, since: int, trust: Trust = Trust.USER) -> Memory:
    return Memory(
        number=number,
        id=content + str(since),
        agent_id="a1",
        version=1,
        kind=Kind.SEMANTIC,
        status=Status.ACTIVE,
        trust=trust,
        channel=Channel.USER,
        content=content,
        created_at=START + timedelta(days=100 + number),
        updated_at=START,
        user_id="u1",
        valid_from=START + timedelta(days=since),
    )


def stand(memories: Sequence[Memory]) -> dict[str, Standing]:
    found = settled(beside_each_other(map(statement_of, memories)))
    return {one.id: found[one.number] for one in memories}


def status(memories: Sequence[Memory]) -> list[Status]:
    found = stand(memories)
    return [found[one.id].status for one in memories]


def test_a_hint_ends_what_was_read() -> None:
    before = said(1, READ.format("Tom Berg"), 1)
    after = said(2, HINTED[0].format("Ilse Dahl"), 2)
    assert status([before, after]) == [Status.SUPERSEDED, Status.ACTIVE]
    assert not {*slots_said(before)}.isdisjoint(slots_said(after))


def test_hints_end_each_other_where_something_read_vouches_for_them() -> None:
    first, second = (said(at, HINTED[at - 2].format(PEOPLE[at]), at) for at in (2, 3))
    assert status([first, second]) == [Status.ACTIVE, Status.ACTIVE]
    read = said(1, READ.format("Tom Berg"), 1)
    assert status([read, first, second]) == [Status.SUPERSEDED, Status.SUPERSEDED, Status.ACTIVE]


def test_what_was_read_ends_a_hint_and_the_same_value_ends_nothing() -> None:
    hint, read = said(1, HINTED[0].format("Ilse Dahl"), 1), said(2, READ.format("Tom Berg"), 2)
    assert status([hint, read]) == [Status.SUPERSEDED, Status.ACTIVE]
    same = said(3, HINTED[1].format("Tom Berg"), 3)
    assert status([read, same]) == [Status.ACTIVE, Status.ACTIVE]


def test_the_former_value_is_not_the_one_hinted_at() -> None:
    before = said(1, READ.format("Tom Berg"), 1)
    after = said(2, "At Kestrel the executive job went from Tom Berg to Ilse Dahl.", 2)
    assert status([before, after]) == [Status.SUPERSEDED, Status.ACTIVE]
    unknown = said(3, READ.format("Ole Lund"), 1)
    assert status([unknown, after]) == [Status.ACTIVE, Status.ACTIVE]


def test_a_hint_that_is_trusted_less_disputes() -> None:
    before = said(1, READ.format("Tom Berg"), 1)
    after = said(2, HINTED[0].format("Ilse Dahl"), 2, Trust.WEB)
    assert status([before, after]) == [Status.DISPUTED, Status.DISPUTED]


def test_of_another_user_or_subject_it_says_nothing() -> None:
    before = said(1, READ.format("Tom Berg"), 1)
    other = said(2, HINTED[0].format("Ilse Dahl"), 2)._replace(user_id="u2")
    assert status([before, other]) == [Status.ACTIVE, Status.ACTIVE]
    elsewhere = said(3, "Ilse Dahl occupies the corner office at Merlin.", 3)
    assert status([before, elsewhere]) == [Status.ACTIVE, Status.ACTIVE]


def test_who_tells_of_a_change_ends_the_value_that_it_names() -> None:
    before = said(1, READ.format("Tom Berg"), 1)
    gone = said(2, REPLACED.format("Tom Berg"), 2)
    assert status([before, gone]) == [Status.SUPERSEDED, Status.ACTIVE]
    after = said(3, READ.format("Mara Venn"), 3)
    assert status([before, gone, after]) == [
        Status.SUPERSEDED,
        Status.SUPERSEDED,
        Status.ACTIVE,
    ]
    other = said(4, REPLACED.format("Ole Lund"), 4)
    assert status([before, other]) == [Status.ACTIVE, Status.ACTIVE]
    late = said(5, READ.format("Tom Berg"), 5)
    assert status([gone, late]) == [Status.ACTIVE, Status.ACTIVE]


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int]]:
    days = draw(st.lists(st.integers(0, 30), min_size=1, max_size=7, unique=True))
    words = st.sampled_from([READ, REPLACED, *HINTED])
    return [(draw(words).format(draw(st.sampled_from(PEOPLE))), day) for day in days]


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(told: list[tuple[str, int]], random: Random) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    def truth(order: Sequence[tuple[str, int]]) -> dict[str, tuple[object, ...]]:
        found = stand([said(number, *one) for number, one in enumerate(order)])
        return {
            id_: (one.status, one.superseded_by, one.valid_to, one.disputed_with)
            for id_, one in found.items()
        }

    assert truth(shuffled) == truth(told)
