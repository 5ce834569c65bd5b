"""A plan is the same in whatever order it is told, and carried out it leaves nothing to plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.handbook.admission import are_opposed, contested, merged
from memsvc.core.handbook.changes import Approved, Change, Edited, Merged, Proposed, Retired
from memsvc.core.handbook.line import BehaviorStatus, Line, ProposedBy
from memsvc.core.handbook.plan import Ground, HandbookPlan, Merging, closeness, new_ones, planned
from memsvc.core.handbook.retirement import Reason, Retirement, Rules, Standing
from memsvc.core.handbook.versions import handbook
from memsvc.core.memory import Trust
from tests.core.handbook.lines import BY, line

ACTIVE, RETIRED = BehaviorStatus.ACTIVE, BehaviorStatus.RETIRED
UNITS, FIRST, ASK = "behavior_units", "behavior_first", "behavior_ask"


def told(*lines: Line, then: Iterable[tuple[Any, dict[str, Any]]] = ()) -> list[Change]:
    """The changes that put lines forward, and what happened then."""
    changes: list[Any] = [(Proposed, {"line": one}) for one in lines]
    changes += then
    return [kind(number=at, **BY, **fields) for at, (kind, fields) in enumerate(changes, 1)]


def ground(
    changes: Iterable[Change],
    cosines: Mapping[tuple[str, str], float] | None = None,
    found: Iterable[Line] = (),
    **more: Any,
) -> Ground:
    lines = handbook(changes).lines
    found = new_ones(found, lines.values())
    every = {one.name: one for one in (*lines.values(), *found)}
    pairs = [
        (*pair, cosine) for pair, cosine in (cosines or {}).items() if every.keys() >= set(pair)
    ]
    # In order of names, as these tests put them forward.
    ages = {name: at for at, name in enumerate(sorted(lines))}
    close = closeness(every.values(), pairs)
    return Ground(list(lines.values()), ages, close, found=found, **more)


def carried_out(changes: list[Change], plan: HandbookPlan) -> list[Change]:
    """The changes with those that the plan is."""
    then: list[Any] = [(Merged, {"name": one.kept, "gone": (one.gone,)}) for one in plan.merges]
    then += [(Retired, {"name": one.name, "reason": one.reasons[0]}) for one in plan.retirements]
    then += [(Proposed, {"line": one}) for one in plan.proposals]
    first = len(changes) + 1
    return [*changes, *(kind(number=n, **BY, **of) for n, (kind, of) in enumerate(then, first))]


def put(name: str, *sources: str, words: str = "Check the units.", **fields: Any) -> Line:
    return line(words, name=name, source_ids=sources, **fields)


def steps(name: str, words: str, *sources: str, **fields: Any) -> Line:
    return put(name, *sources, words=words, proposed_by=ProposedBy.STEPS, **fields)


def test_the_same_is_merged_into_the_best() -> None:
    changes = told(put("behavior_a", "t1"), put("behavior_b", "t1", "t2"), put("behavior_c", "t3"))
    cosines = {("behavior_a", "behavior_b"): 0.9, ("behavior_b", "behavior_c"): 0.95}

    plan = planned(ground(changes, cosines))

    assert plan.merges == (
        Merging("behavior_b", "behavior_c", 0.95),
        Merging("behavior_b", "behavior_a", 0.9),
    )
    after = handbook(carried_out(changes, plan)).lines
    assert after["behavior_b"].source_ids == ("t1", "t2", "t3")
    assert after["behavior_a"].status is after["behavior_c"].status is RETIRED


def test_what_goes_is_near_to_where_it_goes() -> None:
    """A is better than B, which is better than C; A and C do not say the same."""
    changes = told(
        put("behavior_a", "t1", "t2", "t3"), put("behavior_b", "t1", "t2"), put("behavior_c", "t1")
    )
    cosines = {("behavior_a", "behavior_b"): 0.9, ("behavior_b", "behavior_c"): 0.99}

    assert planned(ground(changes, cosines)).merges == (Merging("behavior_a", "behavior_b", 0.9),)


def test_of_two_that_are_kept_the_nearer_takes_it_in() -> None:
    changes = told(
        put("behavior_a", "t1", "t2", "t3"), put("behavior_b", "t1", "t2"), put("behavior_c", "t4")
    )
    cosines = {("behavior_a", "behavior_c"): 0.86, ("behavior_b", "behavior_c"): 0.95}

    assert planned(ground(changes, cosines)).merges == (Merging("behavior_b", "behavior_c", 0.95),)


def test_what_outcomes_speak_against_goes_and_takes_nothing_in() -> None:
    changes = told(put(UNITS, "t1", "t2", "t3"), put(FIRST, "t4", "t5"))
    standings = {UNITS: Standing(UNITS, 100, 0, -0.1)}

    plan = planned(ground(changes, {(FIRST, UNITS): 0.99}, standings=standings))

    assert plan == HandbookPlan(retirements=(Retirement(UNITS, (Reason.HARMS,)),))


def test_what_is_merged_away_is_not_over_the_budget() -> None:
    changes = told(put(ASK, "t1", "t2"), put(FIRST, "t1", "t2"), put(UNITS, "t1", "t2"))

    plan = planned(ground(changes, {(FIRST, UNITS): 0.99}, rules=Rules(budget=2)))

    assert plan == HandbookPlan(merges=(Merging(FIRST, UNITS, 0.99),))


def test_of_two_approved_opposites_the_later_words_stand() -> None:
    always = put(FIRST, words="Always check the units of a sum.")
    never = put(UNITS, words="Never check the units of a sum.")
    unapproved = told(always, never, then=[(Approved, {"name": FIRST})])
    approved = told(always, never, then=[(Approved, {"name": one}) for one in (UNITS, FIRST)])
    cosines = {(FIRST, UNITS): 0.8}

    assert not planned(ground(unapproved, cosines))
    assert planned(ground(approved, cosines)).retirements == (
        Retirement(FIRST, (Reason.SUPERSEDED,)),
    )


def test_what_a_retired_one_stood_against_may_be_next() -> None:
    """Once the harmful one goes, the other is offered; of it outcomes told the same before."""
    changes = told(
        put(FIRST, "t1", "t2", words="Always check the units of a sum."),
        put(UNITS, "t1", "t2", words="Never check the units of a sum."),
    )
    standings = {name: Standing(name, 100, 0, -0.1) for name in (FIRST, UNITS)}

    plan = planned(ground(changes, {(FIRST, UNITS): 0.8}, standings=standings))

    assert [one.name for one in plan.retirements] == [FIRST, UNITS]


def test_steps_are_put_forward_once() -> None:
    words = "In this order: read it, then run it."
    found = steps("behavior_read_run", words, "t1", "t2")
    changes = told(put(UNITS, "t1"))

    assert planned(ground(changes, found=[found])).proposals == (replace(found, status=ACTIVE),)
    for known in (
        replace(found, instruction="Read twice."),
        replace(found, name="behavior_other", instruction="In this order - Read it then run it"),
    ):
        for then in ([], [(Retired, {"name": known.name})]):
            assert not planned(ground(told(known, then=then), found=[found]))


def test_steps_that_a_line_says_nearly_are_left_out() -> None:
    found = [
        steps(name, f"In this order: read {name}, then run it.", "t1", "t2")
        for name in ("behavior_w", "behavior_x", "behavior_y")
    ]
    changes = told(put(UNITS, "t1"), then=[(Retired, {"name": UNITS})])
    cosines = {("behavior_w", "behavior_x"): 0.9, (UNITS, "behavior_y"): 0.9}

    plan = planned(ground(changes, cosines, found))

    assert [one.name for one in plan.proposals] == ["behavior_w"]


def test_steps_do_not_drive_out_what_is_there() -> None:
    found = [
        steps(f"behavior_{name}", f"In this order: {name}, then run it.", "t1", "t2")
        for name in "wxyz"
    ]
    found[1] = replace(found[1], flagged=("link",))
    changes = told(put(UNITS, "t1", "t2"), put(FIRST, "t1"))
    standings = {UNITS: Standing(UNITS, 500, 0, 0.1)}

    plan = planned(ground(changes, {}, found, rules=Rules(budget=3), standings=standings))

    assert plan.retirements == ()
    # What waits for a person takes no place.
    assert [one.name for one in plan.proposals] == ["behavior_w", "behavior_x", "behavior_y"]


NAMES = [f"behavior_{letter}" for letter in "abcdef"]
FOUND = [f"behavior_{letter}" for letter in "vwx"]
SAID = [
    "Check the units of a sum.",
    "Always check the units of a sum.",
    "Never check the units of a sum.",
    "Check 2 units of a sum.",
    "Read twice.",
]
SOURCES = st.lists(st.sampled_from(["t1", "t2", "t3", "t4"]), max_size=3, unique=True).map(tuple)
TOPICS = st.sampled_from([(), (), ("maths",)])


@st.composite
def grounds(draw: st.DrawFn) -> tuple[list[Change], dict[str, Any]]:
    """A handbook, and whatever else a plan is made from."""
    lines = [
        line(
            draw(st.sampled_from(SAID)),
            name=name,
            topics=draw(TOPICS),
            source_ids=draw(SOURCES),
            trust=draw(st.sampled_from([Trust.AGENT, Trust.WEB])),
            flagged=draw(st.sampled_from([(), (), ("link",)])),
        )
        for name in draw(st.lists(st.sampled_from(NAMES), unique=True))
    ]
    names = st.sampled_from([one.name for one in lines] or NAMES)
    then = draw(
        st.lists(
            st.one_of(
                st.builds(lambda name: (Approved, {"name": name}), names),
                st.builds(lambda name: (Retired, {"name": name}), names),
                st.builds(
                    lambda name, said: (Edited, {"name": name, "instruction": said}),
                    names,
                    st.sampled_from(SAID),
                ),
            ),
            max_size=6,
        )
    )
    found = [
        steps(
            name,
            draw(st.sampled_from([*SAID, f"In this order: {name}, then read it."])),
            "t1",
            "t2",
            topics=draw(TOPICS),
            flagged=draw(st.sampled_from([(), (), ("link",)])),
        )
        for name in draw(st.lists(st.sampled_from([*FOUND, NAMES[0]]), unique=True))
    ]
    pairs = list(combinations(sorted({*NAMES, *FOUND}), 2))
    shares = st.sampled_from([-1.0, 0.5, 0.7, 0.86, 0.9, 1.0])
    drawn = draw(st.lists(shares, min_size=len(pairs), max_size=len(pairs)))
    standings = {
        name: Standing(
            name,
            draw(st.sampled_from([0, 29, 30, 500])),
            draw(st.sampled_from([0, 99, 100])),
            draw(st.sampled_from([-0.1, 0.0, 0.1, 0.2])),
        )
        for name in sorted({one.name for one in lines})
        if draw(st.booleans())
    }
    rules = Rules(budget=draw(st.sampled_from([None, 1, 2, 4])))
    more = {
        "cosines": dict(zip(pairs, drawn, strict=True)),
        "found": found,
        "standings": standings,
        "rules": rules,
    }
    return told(*lines, then=then), more


@given(grounds())
def test_carried_out_it_leaves_nothing_to_plan(drawn: tuple[list[Change], dict[str, Any]]) -> None:
    changes, more = drawn
    plan = planned(ground(changes, **more))

    after = carried_out(changes, plan)

    assert planned(ground(after, **more)) == HandbookPlan()


@given(grounds(), st.randoms(use_true_random=False))
def test_order_does_not_matter(drawn: tuple[list[Change], dict[str, Any]], random: Any) -> None:
    changes, more = drawn
    one = ground(changes, **more)
    turned = list(one.lines)
    random.shuffle(turned)
    pairs = [(other, name) for name, other in more["cosines"]]
    random.shuffle(pairs)
    cosines = {pair: more["cosines"][pair[::-1]] for pair in pairs}

    assert planned(replace(ground(changes, **{**more, "cosines": cosines}), lines=turned)) == (
        planned(one)
    )


@given(grounds())
def test_each_part_keeps_its_rules(drawn: tuple[list[Change], dict[str, Any]]) -> None:
    changes, more = drawn
    before = handbook(changes).lines
    plan = planned(ground(changes, **more))
    after = handbook(carried_out(changes, plan)).lines

    def cosine(one: Line, other: Line) -> float:
        pair = sorted((one.name, other.name))
        return float(more["cosines"][pair[0], pair[1]])

    kept, gone = {one.kept for one in plan.merges}, [one.gone for one in plan.merges]
    retired = {one.name for one in plan.retirements}
    assert len(set(gone)) == len(gone)
    assert kept.isdisjoint(gone)
    assert retired.isdisjoint(gone)
    for one in plan.merges:
        pair = before[one.kept], before[one.gone]
        assert one.cosine == cosine(*pair)
        assert merged(*pair, one.cosine) is not None
        assert set(after[one.kept].source_ids) >= set(before[one.gone].source_ids)
    standing = [one for one in after.values() if one.status is not RETIRED]
    known = [one for one in standing if one.name in before]
    assert all(merged(*pair, cosine(*pair)) is None for pair in combinations(known, 2))
    for new in plan.proposals:
        assert new.name not in before
        others = [other for other in standing if other.name != new.name]
        assert not any(are_opposed(new, other, cosine(new, other)) for other in others)
        assert all(merged(new, other, cosine(new, other)) is None for other in others)
    shown = contested(sorted(standing, key=lambda one: one.name), cosine)
    active = [one for one in shown if one.status is ACTIVE]
    budget = more["rules"].budget
    assert budget is None or len(active) <= budget
    untouched = {*before} - kept - {*gone} - retired
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
    assert after.keys() - before.keys() == {one.name for one in plan.proposals}
