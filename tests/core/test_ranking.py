"""From evidence to an order: what raises a memory, what lowers it, and what leaves it alone."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.evidence import Evidence, Floats
from memsvc.core.ranking import DECIMALS, SecondLook, judge
from memsvc.core.reading import Reading, plainly
from memsvc.core.temporal import EARLIEST, LATEST, Interval
from memsvc.core.utterance import Trait
from memsvc.core.weights import STANDARD, Weights
from tests.core.made import (
    evidence,
    evidences,
    in_one_session,
    raised,
    readings,
    second_looks,
    shares,
    weights,
)

PLAINLY = plainly("?")
EQUALLY = Weights(0.0, 0.0, 0.0)
ROUNDING = 1e-9


def odds(one: Evidence, reading: Reading = PLAINLY) -> Floats:
    """The sum of each memory's signals."""
    total: Floats = sum(judge(one, reading, EQUALLY).signals.values(), np.zeros(len(one)))
    return total


def signal(name: str, one: Evidence, reading: Reading = PLAINLY) -> list[float]:
    values: list[float] = judge(one, reading, EQUALLY).signals[name].tolist()
    return values


def places(one: Evidence, reading: Reading = PLAINLY, weighing: Weights = EQUALLY) -> list[int]:
    return [hit.place for hit in judge(one, reading, weighing).best(len(one))]


# The order


@given(evidences(), readings, weights(), st.integers(0, 14), shares, st.data())
def test_the_best_are_proposed_ordered_and_the_same_again(
    one: Evidence,
    reading: Reading,
    weighing: Weights,
    limit: int,
    least: float,
    data: st.DataObject,
) -> None:
    again = data.draw(second_looks(one))
    judgement = judge(one, reading, weighing, again)
    best = judgement.best(limit, least)

    assert best == judge(one, reading, weighing, again).best(limit, least)
    assert best == sorted(best, key=lambda hit: (-hit.score, hit.number))
    assert all(one.proposed[hit.place] and one.numbers[hit.place] == hit.number for hit in best)
    assert all(least <= hit.score <= 1.0 for hit in best)
    assert all(hit.score == round(float(judgement.final[hit.place]), DECIMALS) for hit in best)
    enough = int((one.proposed & (np.round(judgement.final, DECIMALS) >= least)).sum())
    assert len(best) == min(limit, enough)


@given(st.integers(0, 30), readings)
def test_equal_memories_are_in_order_of_number(count: int, reading: Reading) -> None:
    assert places(evidence(count), reading) == list(range(count))


@given(evidences(), readings, st.data())
def test_where_a_memory_stands_does_not_matter(
    one: Evidence, reading: Reading, data: st.DataObject
) -> None:
    order = np.array(data.draw(st.permutations(range(len(one)))), np.int64)

    moved = judge(_reordered(one, order), reading, STANDARD)

    expected = judge(one, reading, STANDARD).final[order]
    assert moved.final == pytest.approx(expected, abs=ROUNDING)


def _reordered(one: Evidence, order: np.ndarray) -> Evidence:
    """The same memories, the one at `order[i]` now at place i and with the number of that place."""
    place = np.append(np.argsort(order), len(one))
    arrays: dict[str, Any] = {
        field.name: values[..., order]
        for field in fields(one)
        if isinstance(values := getattr(one, field.name), np.ndarray) and field.name != "holders"
    }
    arrays |= {name: place[arrays[name]] for name in ("before", "after")}
    return replace(one, **arrays | {"numbers": one.numbers})


@given(evidences(words=0) | evidences(least=1, alone=True), readings)
def test_a_stranger_does_not_reorder_the_others(one: Evidence, reading: Reading) -> None:
    """One more that shares no word and is of no session; its length is what lengths are."""
    alone = replace(_with_a_stranger(one), numbers=np.arange(1, len(one) + 2))

    before, after = judge(one, reading, STANDARD), judge(alone, reading, STANDARD)

    assert after.final[:-1] == pytest.approx(before.final, abs=ROUNDING)


def _with_a_stranger(one: Evidence) -> Evidence:
    stranger = evidence(1, lengths=[float(one.lengths.mean())] if len(one) else [1.0])
    joined = {
        field.name: np.append(values, getattr(stranger, field.name))
        for field in fields(one)
        if isinstance(values := getattr(one, field.name), np.ndarray) and values.ndim == 1
    }
    nobody = {
        name: np.where(joined[name] >= len(one), len(one) + 1, joined[name])
        for name in ("before", "after")
    }
    nobody["before"][-1] = nobody["after"][-1] = len(one) + 1
    words = np.append(one.frequencies, np.zeros((len(one.holders), 1)), axis=1)
    return replace(one, **joined | nobody | {"frequencies": words, "holders": one.holders})


# Meaning


@given(evidences(least=1), readings, shares, st.data())
def test_a_higher_cosine_lets_no_other_pass(
    one: Evidence, reading: Reading, by: float, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(one) - 1))
    closer = replace(one, dense=raised(one.dense, place, by))

    before, after = odds(one, reading), odds(closer, reading)

    slack = ROUNDING * (1.0 + np.abs(before).max())
    assert after[place] >= before[place] - slack
    ahead_before = before > before[place] + slack
    ahead_after = after > after[place] + slack
    assert not (ahead_after & ~ahead_before & (before < before[place] - slack)).any()


@given(evidences(least=1, alone=True), readings, weights(), shares, st.data())
def test_of_memories_without_sessions_a_higher_cosine_never_lowers_the_rank(
    one: Evidence, reading: Reading, weighing: Weights, by: float, data: st.DataObject
) -> None:
    one = replace(one, proposed=np.ones(len(one), np.bool_))
    place = data.draw(st.integers(0, len(one) - 1))
    closer = replace(one, dense=raised(one.dense, place, by))

    ranked, again = places(one, reading, weighing), places(closer, reading, weighing)

    assert again.index(place) <= ranked.index(place)
    assert [other for other in again if other != place] == [
        other for other in ranked if other != place
    ]


def test_noise_hardly_moves_the_first_ten() -> None:
    random = np.random.default_rng(7)
    kept = []
    for _ in range(20):
        one = _conversation(random)
        shaken = one.dense + random.normal(0.0, 0.01 * one.spread, len(one))
        first, again = (places(each)[:10] for each in (one, replace(one, dense=shaken)))
        kept.append(len(set(first) & set(again)))

    assert np.mean(kept) >= 9.0


def _conversation(random: np.random.Generator) -> Evidence:
    """200 messages in ten sessions, with what a question of three words finds in them."""
    n = 200
    frequencies = (random.random((3, n)) < [[0.3], [0.05], [0.01]]).astype(float)
    dense = np.clip(random.normal(0.1, 0.12, n) + 0.1 * frequencies.sum(axis=0), -1.0, 1.0)
    places = np.arange(n)
    return evidence(
        n,
        dense=dense,
        mean=float(dense.mean()),
        spread=float(dense.std()),
        frequencies=frequencies,
        holders=frequencies.sum(axis=1),
        lengths=random.integers(4, 40, n).astype(float),
        before=np.where(places % 20 > 0, places - 1, n),
        after=np.where(places % 20 < 19, places + 1, n),
        session=places // 20,
        voice=places % 2,
        traits=random.integers(0, 16, n),
    )


# Words


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    one = evidence(
        3, count=100, frequencies=np.array([[1.0, 0, 0], [0, 1.0, 0]]), holders=np.array([60.0, 2])
    )

    assert places(one) == [1, 0, 2]


def test_neighbours_speak_for_a_memory() -> None:
    one = in_one_session(9, frequencies=np.eye(1, 9, 4), holders=np.ones(1))
    cut = replace(one, before=np.full(9, 9), after=np.full(9, 9))

    assert signal("neighbours", one) == [0, 0, *signal("neighbours", one)[2:7], 0, 0]
    assert min(signal("neighbours", one)[2:7]) > 0.0
    assert [value > 0.0 for value in signal("neighbours", cut)] == [n == 4 for n in range(9)]


def test_a_session_speaks_for_its_memories_and_no_session_for_nobody() -> None:
    dense = [0.9, 0.1, 0.1, 0.1]
    here = signal("session", evidence(4, dense=dense, session=[0, 0, 1, -1]))
    none = signal("session", evidence(4, dense=dense))

    assert here[0] == here[1] > here[2]
    assert here[3] == 0.0
    assert not any(none)


def test_the_best_three_stand_for_a_session() -> None:
    def session(*dense: float) -> float:
        return signal("session", evidence(len(dense), dense=list(dense), session=[0] * len(dense)))[
            0
        ]

    assert session(0.9, 0.8, 0.7) == pytest.approx(session(0.9, 0.8, 0.7, 0.1, -0.9))
    assert session(0.9, 0.8, 0.7) == pytest.approx(session(0.8, 0.8, 0.8))
    assert session(0.9, 0.7) == pytest.approx(session(0.8, 0.8))
    assert session(0.9, 0.8, 0.7) > session(0.9, 0.8, 0.6)


def test_a_question_for_several_looks_beyond_the_best_session() -> None:
    """Five beside each other share a word of two; one elsewhere is closer in meaning alone."""
    one = evidence(
        6,
        count=50,
        dense=[0.3, 0.3, 0.3, 0.3, 0.3, 0.65],
        frequencies=np.array([[1.0, 1.0, 1.0, 1.0, 1.0, 0.0], [0.0] * 6]),
        holders=np.array([5.0, 5.0]),
        before=[6, 0, 1, 2, 3, 6],
        after=[1, 2, 3, 4, 6, 6],
        session=[0, 0, 0, 0, 0, 1],
    )

    assert places(one)[-1] == 5
    assert places(one, Reading("?", "?", several=True))[0] == 5


# People and times


def test_who_was_asked_for_comes_first_and_others_last() -> None:
    assert places(evidence(3, named=[-1.0, 0.0, 1.0])) == [2, 1, 0]


MAY = Interval(datetime(2023, 5, 7, tzinfo=UTC), datetime(2023, 5, 8, tzinfo=UTC), "7 May")
START = MAY.start.timestamp() / 86_400


def closeness(days: list[float], *spoken: Interval) -> list[float]:
    """1 within, as a share of the most that time can give."""
    found = signal("temporal", evidence(len(days), days=days), Reading("?", "?", intervals=spoken))
    most = signal("temporal", evidence(1, days=[START]), Reading("?", "?", intervals=(MAY,)))[0]
    assert most > 0.0
    return [value / most for value in found]


def test_a_time_is_near_within_and_fades_with_the_days_outside() -> None:
    inside = closeness([START, START + 0.5, START + 0.999], MAY)
    later = closeness([START + 1 + days for days in (0.25, 1, 4, 30, 3000)], MAY)
    earlier = closeness([START - days for days in (0.25, 1, 4, 30, 3000)], MAY)

    assert inside == [1.0] * 3
    assert earlier == pytest.approx(later)
    assert later == sorted(set(later), reverse=True)
    assert 0.9 < later[0] < 1.0
    assert later[2] == pytest.approx(1 / np.e)
    assert later[4] < 1e-12


def test_an_open_time_has_one_edge() -> None:
    since, before = MAY._replace(end=LATEST), MAY._replace(start=EARLIEST, end=MAY.start)

    assert closeness([START - 4, START, START + 9000], since) == pytest.approx([1 / np.e, 1, 1])
    assert closeness([START - 9000, START - 1, START + 4], before) == pytest.approx(
        [1, 1, 1 / np.e]
    )


def test_the_nearest_of_several_times_counts() -> None:
    june = Interval(MAY.start + timedelta(days=30), MAY.end + timedelta(days=30), "6 June")

    assert closeness([START, START + 30, START - 4], MAY, june) == pytest.approx([1, 1, 1 / np.e])
    assert closeness([START, START + 30]) == [0.0, 0.0]


@given(evidences(), readings)
def test_without_a_time_none_is_near(one: Evidence, reading: Reading) -> None:
    found = judge(one, reading._replace(intervals=()), EQUALLY).signals["temporal"]

    assert found.tolist() == [0.0] * len(one)


# Form


def test_the_answer_of_another_voice_rises() -> None:
    def second(*voices: int, asks: bool = True, near: float = 0.5) -> float:
        asked = Trait.QUESTION | Trait.ASKS if asks else Trait.NONE
        one = in_one_session(2, traits=[asked, 0], voice=list(voices), dense=[near, 0.1])
        return signal("utterance", one)[1]

    assert second(0, 1) > second(0, 0) == second(0, 1, asks=False) == 0.0
    assert second(0, 1, near=0.8) > second(0, 1, near=0.5)
    assert second(0, 1, near=-0.5) == 0.0
    assert second(-1, -1) == 0.0


def test_an_answer_is_what_comes_next() -> None:
    one = in_one_session(4, traits=[0, Trait.QUESTION, 0, 0], voice=[0, 1, 0, 1], dense=[0.5] * 4)

    told = signal("utterance", one)
    assert told[2] > told[0] == told[3] == 0.0
    assert told[1] < 0.0


@pytest.mark.parametrize(
    ("trait", "rises"),
    [(Trait.QUESTION, False), (Trait.ASKS, False), (Trait.TIMED, True), (Trait.COUNTED, True)],
)
def test_a_question_seldom_is_evidence_and_times_and_numbers_are(trait: Trait, rises: bool) -> None:
    plain, has = signal("utterance", evidence(2, traits=[0, trait]))

    assert has > plain == 0.0 if rises else has < plain == 0.0


def test_a_time_counts_more_where_one_is_asked_for() -> None:
    one = evidence(2, traits=[Trait.TIMED, Trait.COUNTED])
    plain, asked = signal("utterance", one), signal("utterance", one, Reading("?", "?", when=True))

    assert asked[0] > plain[0]
    assert asked[1] == plain[1]


AT_LENGTH = {
    "lengths": [300.0] * 3,
    "assistant": [True, False, False],
    "user": [False, True, False],
}


def test_at_length_an_assistant_sinks_unless_asked_for() -> None:
    one = evidence(3, **AT_LENGTH)

    assert places(one) == [1, 2, 0]
    assert places(one, Reading("?", "?", reply=True)) == [0, 1, 2]
    assert places(one, Reading("?", "?", own=True)) == [1, 2, 0]
    assert signal("role", one, Reading("?", "?", own=True))[1] > signal("role", one)[1] == 0.0


@pytest.mark.parametrize("reading", [PLAINLY, Reading("?", "?", own=True)])
def test_in_a_chat_roles_say_nothing(reading: Reading) -> None:
    one = evidence(3, **AT_LENGTH | {"lengths": [10.0] * 3})

    assert signal("role", one, reading) == [0.0] * 3


def test_at_length_form_says_nothing() -> None:
    assert signal("utterance", evidence(3, **AT_LENGTH, traits=[15, 7, 3])) == [0.0] * 3


# What a memory is worth


@given(evidences(least=1), readings, weights(), shares, st.data())
def test_what_is_kept_important_or_trusted_is_never_worse_for_it(
    one: Evidence, reading: Reading, weighing: Weights, by: float, data: st.DataObject
) -> None:
    factor = data.draw(st.sampled_from(["retention", "importance", "trust"]))
    place = data.draw(st.integers(0, len(one) - 1))
    higher: dict[str, Any] = {factor: raised(getattr(one, factor), place, by)}
    better = replace(one, **higher)

    before, after = (judge(each, reading, weighing).final for each in (one, better))

    others = np.arange(len(one)) != place
    assert after[place] >= before[place]
    assert (after[others] == before[others]).all()


@pytest.mark.parametrize("factor", ["retention", "importance", "trust"])
def test_a_weight_says_how_much_a_factor_takes(factor: str) -> None:
    one = evidence(2, **{factor: [0.5, 1.0]})

    half, whole = judge(one, PLAINLY, replace(EQUALLY, **{factor: 0.4})).final
    assert half == pytest.approx(0.8 * whole)
    half, whole = judge(one, PLAINLY, EQUALLY).final
    assert half == whole


@given(evidences(), readings, weights())
def test_a_score_is_relevance_or_less(one: Evidence, reading: Reading, weighing: Weights) -> None:
    judgement = judge(one, reading, weighing)

    assert ((judgement.relevance >= 0.0) & (judgement.relevance <= 1.0)).all()
    assert ((judgement.final >= 0.0) & (judgement.final <= judgement.relevance)).all()


# A second look


@given(evidences(), readings)
def test_a_second_look_that_found_nothing_changes_nothing(one: Evidence, reading: Reading) -> None:
    nothing = SecondLook({}, {}, {}, share=0.5)

    assert (
        judge(one, reading, STANDARD, nothing).final.tolist()
        == judge(one, reading, STANDARD).final.tolist()
    )


@pytest.mark.parametrize(
    "again",
    [
        SecondLook({2: 0.9}, {}, {}),
        SecondLook({}, {2: 0.9}, {}),
    ],
)
def test_what_a_second_look_found_raises_that_memory_alone(again: SecondLook) -> None:
    first, second = (judge(evidence(3), PLAINLY, STANDARD, *look) for look in ((), (again,)))

    assert second.final[1] > first.final[1]
    assert second.final[[0, 2]].tolist() == first.final[[0, 2]].tolist()
    assert second.best(1)[0].number == 2


def test_who_was_not_read_does_not_pass_who_was_called_poor() -> None:
    one = evidence(3, dense=[0.9, 0.8, 0.7])
    again = SecondLook({}, {}, {1: 0.02, 2: 0.01}, share=0.9)

    assert [hit.number for hit in judge(one, PLAINLY, STANDARD, again).best(3)] == [1, 2, 3]


def test_without_memories_there_is_no_answer() -> None:
    again = SecondLook({1: 0.5}, {1: 0.5}, {1: 0.5}, share=0.5)

    assert judge(evidence(0), PLAINLY, STANDARD).best(10) == []
    assert judge(evidence(0), PLAINLY, STANDARD, again).best(10) == []
