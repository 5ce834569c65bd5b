from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import count

from hypothesis import given

from memsvc.core.consolidation.facts import PatternExtractor
from memsvc.core.consolidation.planning import IDLE, Plan, Reason, plan
from memsvc.core.consolidation.probing import chosen, is_lost, queries
from memsvc.core.consolidation.relations import RECURRENCE, SESSION, SUMMARIES
from memsvc.core.consolidation.view import Since, Standing, View, as_if_written
from memsvc.core.memory import Memory, Status
from tests.core.consolidation.conversations import LINES, conversation, conversations, turn
from tests.core.made import NOW

LATER = NOW + 2 * IDLE


def planned(turns: list[Memory], standing: list[Standing] | None = None, **since: object) -> Plan:
    numbers = count(1)
    view = View(turns, standing or [])
    return plan(
        view,
        Since(**since),  # type: ignore[arg-type]
        LATER,
        PatternExtractor(),
        lambda: f"new-{next(numbers)}",
    )


def carried_out(plan_: Plan, standing: list[Standing], first: int = 1000) -> list[Standing]:
    """What stands once the plan was carried out."""
    made = {
        number: Standing(
            as_if_written(unit.draft, number, LATER)._replace(fact=unit.draft.fact), unit.relation
        )
        for number, unit in enumerate(plan_.units, first)
    }
    superseded = {number for unit in plan_.units for number in unit.replaces}
    kept = [one for one in standing if one.memory.number not in plan_.obsolete]
    return [
        Standing(one.memory._replace(status=Status.SUPERSEDED), one.relation)
        if one.memory.number in superseded
        else one
        for one in kept
    ] + list(made.values())


@given(turns=conversations())
def test_carried_out_nothing_is_left_to_do(turns: list[Memory]) -> None:
    first = planned(turns)
    standing = carried_out(first, [])

    again = planned(turns, standing)

    assert again.is_empty
    assert again.unchanged == len(first.units)
    assert all(unit.reason is Reason.NEW for unit in first.units)


@given(turns=conversations())
def test_sources_come_before_what_is_derived_from_them(turns: list[Memory]) -> None:
    known = {one.id for one in turns}
    for unit in planned(turns).units:
        assert set(unit.draft.source_ids) <= known
        assert unit.draft.id is not None
        known.add(unit.draft.id)


@given(before=conversations(), after=conversations())
def test_what_the_turns_have_become_is_followed(before: list[Memory], after: list[Memory]) -> None:
    """Whatever stood before: afterwards there stands what there would stand without."""
    standing = carried_out(planned(before), [])
    said = {one.id: (one.content, one.session_id) for one in before}
    after = [
        one
        if said.get(one.id) == (one.content, one.session_id)
        else one._replace(updated_at=LATER + timedelta(seconds=1))
        for one in after
    ]
    known = {one.id: one for one in after}
    standing = [one for one in standing if any(s in known for s in one.memory.source_ids)]
    changed = planned(after, standing)
    left = [one for one in carried_out(changed, standing, 5000) if one.is_current]
    alone = carried_out(planned(after), [])

    def told(found: list[Standing]) -> Counter[tuple[str, str]]:
        return Counter((one.relation, one.memory.content) for one in found)

    assert told(left) == told(alone)


def test_a_session_waits_until_nothing_new_is_said() -> None:
    turns = [one._replace(created_at=LATER) for one in conversation(*LINES[:5])]

    waiting, forced = planned(turns), planned(turns, force=True)

    assert waiting.waiting == 1
    assert SESSION not in {unit.relation for unit in waiting.units}
    assert SESSION in {unit.relation for unit in forced.units}


def test_a_session_that_goes_on_keeps_the_summary_it_has() -> None:
    turns = conversation(*LINES[:5])
    standing = carried_out(planned(turns), [])
    more = [*turns, turn(9, LINES[5])._replace(created_at=LATER)]

    changed = planned(more, standing)
    assert changed.waiting == 1
    assert not changed.obsolete
    assert not {unit.relation for unit in changed.units}.intersection(SUMMARIES)


def test_a_newer_summary_takes_the_place_of_the_older_and_one_is_kept() -> None:
    turns = conversation(*LINES[:5])
    standing = carried_out(planned(turns), [])
    for number in (11, 13, 15):
        turns = [*turns, turn(number, f"I met {number} painters near the harbour.")]
        changed = planned(turns, standing)
        standing = carried_out(changed, standing, 1000 * number)
        [unit] = [unit for unit in changed.units if unit.relation == SESSION]
        assert unit.reason is Reason.SOURCES_CHANGED
        assert len(unit.replaces) == 1
    statuses = Counter(one.memory.status for one in standing if one.relation == SESSION)
    assert statuses == {Status.ACTIVE: 1, Status.SUPERSEDED: 1}


def test_of_several_that_were_not_believed_the_last_is_replaced_and_the_others_go() -> None:
    """One ended the other, and neither is believed: neither is a former one, as it stands."""
    turns = conversation(*LINES[:5])
    [older] = [one for one in carried_out(planned(turns), []) if one.relation == SESSION]
    doubted = [
        Standing(older.memory._replace(number=number, status=Status.QUARANTINED), SESSION)
        for number in (1000, 2000)
    ]
    changed = planned([*turns, turn(11, "I met painters near the harbour.")], doubted)
    [unit] = [unit for unit in changed.units if unit.relation == SESSION]
    assert unit.replaces == (2000,)
    assert changed.obsolete == (1000,)


def test_what_a_person_has_reworded_stays_while_its_sources_do() -> None:
    turns = conversation(*LINES[:5])
    standing = [
        Standing(one.memory._replace(content="Reworded.", version=2), one.relation)
        for one in carried_out(planned(turns), [])
    ]

    assert planned(turns, standing).is_empty


def test_facts_of_turns_that_were_looked_at_are_not_looked_for_again() -> None:
    """Somebody erased the fact: it does not come back by itself."""
    turns = [turn(2, "I live in Lisbon.")]

    assert planned(turns, number=2, moment=NOW).is_empty
    assert not planned(turns, number=1, moment=NOW).is_empty
    assert not planned(turns, number=2, moment=NOW - timedelta(days=1)).is_empty
    assert not planned(turns, number=2, moment=NOW, force=True).is_empty


def test_what_is_no_longer_said_is_erased() -> None:
    turns = [turn(2, LINES[8], 0), turn(4, LINES[8], 1), turn(6, "I live in Lisbon.", 2)]
    standing = carried_out(planned(turns), [])
    assert {one.relation for one in standing} == {"extracted", RECURRENCE}
    reworded = [one._replace(content="It rains.", updated_at=LATER) for one in turns]

    changed = planned(reworded, standing, number=6, moment=NOW)

    assert changed.obsolete == tuple(one.memory.number for one in standing)
    assert not changed.units


def test_it_lets_others_go_on() -> None:
    breaths, taken = count(), list[int]()
    turns = conversation(*LINES)
    plan(
        View(turns, []),
        Since(),
        LATER,
        PatternExtractor(),
        lambda: "x",
        lambda: taken.append(next(breaths)),
    )

    assert len(taken) >= len(turns)


def test_all_kinds_of_summary_are_planned() -> None:
    turns = [
        one
        for session in range(4)
        for one in [
            turn(10 * session + at, line, session // 2)._replace(session_id=f"s{session}")
            for at, line in enumerate(LINES[:6], 1)
        ]
    ]

    made = Counter(unit.relation for unit in planned(turns).units)

    assert {one: made[one] for one in SUMMARIES} == {
        "session_summary": 4,
        "day_summary": 2,
        "global_summary": 1,
    }


def test_probes_are_spread_and_asked_for_by_their_rarest_words() -> None:
    turns = [turn(at, f"I painted harbour {at} near tower {at + 1000}.") for at in range(1, 101)]

    numbers = chosen(turns)
    asked = queries([one for one in turns if one.number in numbers], turns)

    assert len(numbers) == 32
    assert numbers[-1] > 90
    assert asked["m1"].split()[-1] == "1001"
    assert chosen(turns) == numbers
    assert chosen(conversation("Hi.", "Yes.")) == []


def test_how_much_recall_may_be_lost() -> None:
    assert not is_lost(1.0, 0.95)
    assert is_lost(1.0, 0.94)
    assert not is_lost(0.5, 0.9)
