"""Where statements about one thing stand: by what survives, in whatever order it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.contradiction import Standing, as_known, settled
from memsvc.core.frames.slots import is_slot
from memsvc.core.memory import Channel, Kind, Memory, Status, Trust
from memsvc.core.statements import Verdict, is_statement, slots_said, statement_of

START = datetime(2026, 1, 1, tzinfo=UTC)
VALUES = ("Porto", "Lisbon", "Braga", "Faro")


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def fact(
    number: int,
    value: str,
    since: int | None,
    trust: Trust = Trust.USER,
    *,
    id_: str | None = None,
    recorded: int | None = None,
    content: str | None = None,
    until: int | None = None,
) -> Memory:
    """Where the office is, as of a day; recorded on another."""
    ends = None if until is None else day(until)
    return Memory(
        number=number,
        id=id_ or f"m{number}",
        agent_id="a1",
        version=1,
        kind=Kind.SEMANTIC,
        status=Status.ACTIVE,
        trust=trust,
        channel=Channel.USER,
        content=content or f"The office of the company is in {value}.",
        created_at=day(1000 + (number if recorded is None else recorded)),
        updated_at=START,
        user_id="u1",
        valid_from=None if since is None else day(since),
        valid_to=ends,
        stated_valid_to=ends,
    )


def stand(*memories: Memory, **verdicts: Verdict) -> dict[str, Standing]:
    """By id; a verdict is named `m1_m2`."""
    numbers = {one.id: one.number for one in memories}
    decided = {
        (numbers[pair.split("_")[0]], numbers[pair.split("_")[1]]): verdict
        for pair, verdict in verdicts.items()
    }
    found = settled(map(statement_of, memories), decided)
    return {one.id: found[one.number] for one in memories if one.number in found}


@dataclass(frozen=True)
class Told:
    """A fact before it is recorded."""

    id: str
    value: str
    since: int
    trust: Trust


def recorded(told: Sequence[Told]) -> list[Memory]:
    """The facts as memories, recorded in this order."""
    return [
        fact(number, one.value, one.since, one.trust, id_=one.id) for number, one in enumerate(told)
    ]


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    days = draw(st.lists(st.integers(0, 40), min_size=1, max_size=9, unique=True))
    return [
        Told(f"m{place}", draw(st.sampled_from(VALUES)), since, draw(st.sampled_from(list(Trust))))
        for place, since in enumerate(days)
    ]


def by_definition(told: Sequence[Told]) -> dict[str, tuple[Status, str | None]]:
    """Status of each, and what superseded it, as the rule is written down."""
    ended = {
        one.id: min(
            (
                other
                for other in told
                if other.since > one.since and other.trust.weight >= one.trust.weight
            ),
            key=lambda other: other.since,
            default=None,
        )
        for one in told
    }
    found: dict[str, tuple[Status, str | None]] = {}
    for one in told:
        by = ended[one.id]
        if by is not None:
            found[one.id] = Status.SUPERSEDED, by.id
            continue
        against = [other for other in told if ended[other.id] is None and other.value != one.value]
        found[one.id] = Status.DISPUTED if against else Status.ACTIVE, None
    return found


@given(histories())
def test_a_fact_stands_as_the_rule_says(told: list[Told]) -> None:
    found = stand(*recorded(told))

    shown = {id_: (one.status, one.superseded_by) for id_, one in found.items()}
    assert shown == by_definition(told)


@given(histories(), st.randoms(use_true_random=False))
def test_dated_facts_end_in_the_same_truth_in_whatever_order_they_come(
    told: list[Told], random: object
) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def truth(order: Sequence[Told]) -> dict[str, tuple[object, ...]]:
        found = stand(*recorded(order))
        return {
            id_: (one.status, one.superseded_by, one.valid_to, one.disputed_with)
            for id_, one in found.items()
        }

    assert truth(shuffled) == truth(told)


@given(histories(), st.data())
def test_what_is_gone_leaves_no_trace(told: list[Told], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(told))
    memories = recorded(told)
    before = {one.number: one for one in memories}
    for number, standing in settled(map(statement_of, memories)).items():
        before[number] = before[number]._replace(
            status=standing.status,
            superseded_by=standing.superseded_by,
            superseded_at=standing.superseded_at,
            valid_to=standing.valid_to,
        )

    left = [one for one in memories if one.id != gone.id]
    again = [one for one in before.values() if one.id != gone.id]

    assert settled(map(statement_of, again)) == settled(map(statement_of, left))


@given(histories(), st.integers(0, 40), st.sampled_from(VALUES), st.sampled_from(list(Trust)))
def test_of_what_was_ended_before_nothing_need_be_read(
    told: list[Told], since: int, value: str, trust: Trust
) -> None:
    memories = recorded(told)
    stood = settled(map(statement_of, memories))
    held = [
        one._replace(
            status=stood[one.number].status,
            superseded_by=stood[one.number].superseded_by,
            superseded_at=stood[one.number].superseded_at,
            valid_to=stood[one.number].valid_to,
        )
        for one in memories
    ]
    fresh = fact(len(held), value, since, trust)
    read = [
        one
        for one in held
        if one.status is not Status.SUPERSEDED or one.valid_to is None or one.valid_to > day(since)
    ]
    left_out = {one.id for one in held} - {one.id for one in read}

    found = settled(map(statement_of, [*read, fresh]), left_out=left_out)

    whole = settled(map(statement_of, [*held, fresh]))
    assert found == {number: whole[number] for number in found}
    assert {n: one for n, one in whole.items() if n not in found} == {
        n: one for n, one in stood.items() if n not in found
    }


def test_the_later_value_supersedes_the_earlier() -> None:
    found = stand(fact(1, "Porto", 0), fact(2, "Lisbon", 10))

    assert found["m1"] == Standing(Status.SUPERSEDED, "m2", day(1002), day(10))
    assert found["m2"] == Standing(Status.ACTIVE)


def test_what_arrives_late_takes_its_place_in_time() -> None:
    found = stand(fact(1, "Porto", 0), fact(2, "Faro", 20), fact(3, "Lisbon", 10))

    assert found["m1"] == Standing(Status.SUPERSEDED, "m3", day(1002), day(10))
    # It was known to be over before it was said.
    assert found["m3"] == Standing(Status.SUPERSEDED, "m2", day(1003), day(20))
    assert found["m2"].status is Status.ACTIVE


def test_what_is_trusted_less_never_overwrites() -> None:
    found = stand(fact(1, "Porto", 0), fact(2, "Lisbon", 10, Trust.WEB))

    assert found["m1"] == Standing(Status.DISPUTED, disputed_with="m2")
    assert found["m2"] == Standing(Status.DISPUTED, disputed_with="m1")


def test_what_is_trusted_less_is_ended_by_what_comes_after() -> None:
    found = stand(
        fact(1, "Porto", 0), fact(2, "Lisbon", 10, Trust.WEB), fact(3, "Faro", 20, Trust.OPERATOR)
    )

    assert [found[one].status for one in ("m1", "m2", "m3")] == [
        Status.SUPERSEDED,
        Status.SUPERSEDED,
        Status.ACTIVE,
    ]


def test_two_values_as_of_one_day_are_disputed() -> None:
    found = stand(fact(1, "Porto", 5), fact(2, "Lisbon", 5))

    assert {one.status for one in found.values()} == {Status.DISPUTED}


def test_without_dates_the_order_within_one_request_counts() -> None:
    found = stand(fact(1, "Porto", None, recorded=7), fact(2, "Lisbon", None, recorded=7))

    assert found["m1"].superseded_by == "m2"
    assert found["m2"].status is Status.ACTIVE


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_said_twice_as_of_one_day_the_more_trusted_stands(order: tuple[int, int]) -> None:
    user, web = order
    found = stand(fact(user, "Porto", 5, id_="user"), fact(web, "Porto", 5, Trust.WEB, id_="web"))

    assert found["web"].superseded_by == "user"
    assert found["user"].status is Status.ACTIVE


def test_a_restatement_takes_the_place_of_what_it_restates() -> None:
    found = stand(fact(1, "Porto", 0), fact(2, "Porto", 10))

    assert (found["m1"].status, found["m1"].superseded_by) == (Status.SUPERSEDED, "m2")


def test_who_says_less_takes_no_place() -> None:
    more = "The office of the company is in Porto, next to the old customs house by the river."
    found = stand(fact(1, "", 0, content=more), fact(2, "Porto", 10))

    assert {one.status for one in found.values()} == {Status.ACTIVE}


def test_a_denial_ends_what_it_denies() -> None:
    found = stand(
        fact(1, "", 0, content="Ana lives in Porto."),
        fact(2, "", 9, content="Ana no longer lives in Porto."),
    )

    assert found["m1"].superseded_by == "m2"


def test_stated_ends_are_kept() -> None:
    found = stand(fact(1, "Porto", 0, until=4), fact(2, "Lisbon", 10, until=30))

    assert found["m1"].valid_to == day(4)
    assert found["m2"].valid_to == day(30)


def test_what_says_more_than_one_thing_stands_with_what_was_not_spoken_of() -> None:
    both = "Ana lives in Porto. Ana works at Acme."
    found = stand(fact(1, "", 0, content=both), fact(2, "", 9, content="Ana lives in Lisbon."))

    assert found["m1"].status is Status.ACTIVE


@pytest.mark.parametrize("status", [Status.ARCHIVED, Status.QUARANTINED])
def test_what_was_taken_out_takes_no_part(status: Status) -> None:
    found = stand(fact(1, "Porto", 0), fact(2, "Lisbon", 10)._replace(status=status))

    assert found == {"m1": Standing(Status.ACTIVE)}


def test_what_was_decided_overrides_time_and_trust() -> None:
    user, web = fact(1, "Porto", 10), fact(2, "Lisbon", 0, Trust.WEB)

    found = stand(user, web, m2_m1=Verdict.BEATS)

    assert (found["m1"].status, found["m1"].superseded_by) == (Status.SUPERSEDED, "m2")
    assert found["m2"].status is Status.ACTIVE


def test_what_may_both_hold_does() -> None:
    found = stand(fact(1, "Porto", 0), fact(2, "Lisbon", 10), m1_m2=Verdict.UNRELATED)

    assert {one.status for one in found.values()} == {Status.ACTIVE}


def test_a_judge_s_contradiction_goes_by_time_and_trust() -> None:
    words = {"m1": "We deploy at noon.", "m2": "Nothing is rolled out before four."}
    one, other = (fact(n, "", n, content=words[f"m{n}"]) for n in (1, 2))
    web = other._replace(trust=Trust.WEB)

    assert stand(one, other)["m1"].status is Status.ACTIVE
    assert stand(one, other, m2_m1=Verdict.CONTRADICTS)["m1"].superseded_by == "m2"
    assert stand(one, web, m2_m1=Verdict.CONTRADICTS)["m1"].disputed_with == "m2"
    assert stand(one, other, m2_m1=Verdict.DISPUTES)["m1"].disputed_with == "m2"
    assert stand(one, other, m2_m1=Verdict.DUPLICATE)["m1"].superseded_by == "m2"


def test_a_thousand_values_of_one_thing_are_not_compared_each_with_each() -> None:
    memories = [fact(n, f"House {n}", n % 997, recorded=n) for n in range(1500)]

    found = settled(map(statement_of, memories))

    assert sum(one.status is Status.SUPERSEDED for one in found.values()) >= 1498


def test_what_was_not_known_yet_does_not_count() -> None:
    ended = fact(1, "Porto", 0)._replace(
        status=Status.SUPERSEDED, superseded_by="m2", superseded_at=day(1002), valid_to=day(10)
    )

    assert as_known(ended, day(1002)) == ended
    before = as_known(ended, day(1001))
    assert (before.status, before.superseded_by, before.valid_to) == (Status.ACTIVE, None, None)


def test_turns_of_a_conversation_are_no_statements() -> None:
    turn = fact(1, "Porto", 0)._replace(kind=Kind.EPISODIC, session_id="s1", role="user")
    alone = turn._replace(session_id=None, role=None)

    assert not is_statement(turn)
    assert is_statement(alone)
    assert not is_statement(alone._replace(content="The office is in Porto. " * 40))
    [odd], [even, value] = slots_said(turn), slots_said(alone)
    assert not is_slot(value)
    assert (odd % 2, even % 2) == (1, 0)
    assert odd ^ 1 == even
