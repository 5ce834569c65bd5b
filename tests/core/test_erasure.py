from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.erasure import Closure, Edges, Fate, closure, demote_all


@dataclass(frozen=True)
class Family:
    """Who was derived from whom; a source has a lower number than what is derived from it."""

    parents: dict[int, list[int]]

    def parents_of(self, numbers: Sequence[int]) -> Edges:
        return {one: self.parents[one] for one in numbers if self.parents.get(one)}

    def children_of(self, numbers: Sequence[int]) -> Edges:
        children = {
            one: sorted(child for child, sources in self.parents.items() if one in sources)
            for one in numbers
        }
        return {one: found for one, found in children.items() if found}


@st.composite
def families(draw: st.DrawFn) -> Family:
    count = draw(st.integers(1, 12))
    return Family(
        {
            number: draw(st.lists(st.integers(0, number - 1), unique=True, max_size=3))
            if number
            else []
            for number in range(count)
        }
    )


def test_what_has_no_source_left_goes() -> None:
    family = Family({1: [], 2: [1], 3: [2], 4: []})

    assert closure([1], family.children_of, family.parents_of) == Closure((1, 2, 3))


def test_what_has_a_source_left_is_demoted_and_so_is_what_rests_on_it() -> None:
    family = Family({1: [], 2: [], 3: [1, 2], 4: [3], 5: [2]})

    assert closure([1], family.children_of, family.parents_of) == Closure((1,), (3, 4))


def test_what_rests_on_something_derived_anew_has_lost_it() -> None:
    """The new memory is another one, and nobody knows whether it still says so."""
    family = Family({1: [], 2: [], 3: [1, 2], 4: [3], 5: [2, 3]})

    def decide(number: int, left: Sequence[int], anew: Sequence[int]) -> Fate:
        return Fate.REDERIVE if number == 3 else demote_all(number, left, anew)

    assert closure([1], family.children_of, family.parents_of, decide) == Closure(
        (1, 4), (5,), (3,)
    )


def test_what_is_a_function_of_its_sources_is_derived_anew_level_by_level() -> None:
    family = Family({1: [], 2: [], 3: [1, 2], 4: [3], 5: [4]})
    asked: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = []

    def decide(number: int, left: Sequence[int], anew: Sequence[int]) -> Fate:
        asked.append((number, tuple(left), tuple(anew)))
        return Fate.REDERIVE

    doomed = closure([1], family.children_of, family.parents_of, decide)

    assert doomed == Closure((1,), (), (3, 4, 5))
    assert asked == [(3, (2,), ()), (4, (), (3,)), (5, (), (4,))]


def test_a_kind_may_have_everything_go() -> None:
    family = Family({1: [], 2: [], 3: [1, 2], 4: [3, 2]})

    doomed = closure([1], family.children_of, family.parents_of, lambda *_: Fate.ERASE)

    assert doomed == Closure((1, 3, 4))


def test_each_is_decided_once_with_the_sources_it_has_left() -> None:
    family = Family({1: [], 2: [], 3: [1, 2], 4: [1, 3], 5: [4]})
    asked: list[tuple[int, tuple[int, ...]]] = []

    def decide(number: int, left: Sequence[int], _anew: Sequence[int]) -> Fate:
        asked.append((number, tuple(left)))
        return Fate.DEMOTE

    closure([1], family.children_of, family.parents_of, decide)

    assert asked == [(3, (2,)), (4, (3,)), (5, (4,))]


@given(
    family=families(),
    roots=st.sets(st.integers(0, 11)),
    fates=st.lists(st.sampled_from(Fate), min_size=12, max_size=12),
)
def test_like_a_naive_model(family: Family, roots: set[int], fates: list[Fate]) -> None:
    """The model goes through all memories in order and asks for those that lost anything."""
    roots = {one for one in roots if one in family.parents}
    became: dict[int, Fate] = {}
    for number, sources in sorted(family.parents.items()):
        if number in roots:
            became[number] = Fate.ERASE
        elif any(one in became for one in sources):
            left = [one for one in sources if became.get(one) is not Fate.ERASE]
            became[number] = fates[number] if left else Fate.ERASE

    doomed = closure(
        roots, family.children_of, family.parents_of, lambda number, _left, _anew: fates[number]
    )

    expected = Closure(
        *(
            tuple(sorted(number for number, one in became.items() if one is fate))
            for fate in (Fate.ERASE, Fate.DEMOTE, Fate.REDERIVE)
        )
    )
    assert doomed == expected


def test_what_rests_on_other_words_is_told_anew_where_it_can_be() -> None:
    """What cannot stays, and what rests on it with it; what is told anew is lost to the rest."""
    family = Family({1: [], 2: [1], 3: [1], 4: [3], 5: [2], 6: [2, 1]})

    doomed = closure(
        [], family.children_of, family.parents_of, reworded=[1], retold=lambda one: one in {2, 6}
    )

    assert doomed == Closure((5,), (6,), (2,))


@given(
    family=families(),
    roots=st.sets(st.integers(0, 11)),
    reworded=st.sets(st.integers(0, 11)),
    fates=st.lists(st.sampled_from(Fate), min_size=12, max_size=12),
    retold=st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_other_words_like_a_naive_model(
    family: Family, roots: set[int], reworded: set[int], fates: list[Fate], retold: list[bool]
) -> None:
    roots &= family.parents.keys()
    reworded &= family.parents.keys()
    became: dict[int, Fate] = {}
    for number, sources in sorted(family.parents.items()):
        left = [one for one in sources if became.get(one) is not Fate.ERASE]
        if number in roots:
            became[number] = Fate.ERASE
        elif any(one in became for one in sources):
            became[number] = fates[number] if left else Fate.ERASE
        elif retold[number] and not reworded.isdisjoint(sources):
            became[number] = Fate.REDERIVE

    doomed = closure(
        roots,
        family.children_of,
        family.parents_of,
        lambda number, _left, _anew: fates[number],
        reworded,
        lambda number: retold[number],
    )

    assert doomed == Closure(
        *(
            tuple(sorted(number for number, one in became.items() if one is fate))
            for fate in (Fate.ERASE, Fate.DEMOTE, Fate.REDERIVE)
        )
    )
