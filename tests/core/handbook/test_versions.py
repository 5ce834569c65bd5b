"""Whatever happens to a handbook, each version is exact, and its lines are a plain model's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from memsvc.core.handbook.changes import (
    Approved,
    Change,
    Edited,
    Merged,
    Proposed,
    Retired,
    RolledBack,
)
from memsvc.core.handbook.line import BehaviorStatus, Line
from memsvc.core.handbook.versions import NO_VERSION, WAS_RETIRED, diff, handbook
from memsvc.core.memory import Trust
from tests.core.handbook.lines import BY, line

NAMES = st.sampled_from([f"behavior_{letter}" for letter in "abcd"])
SAID = st.sampled_from(["Check units.", "Read twice.", "Say so."])
TOPICS = st.sampled_from([(), ("maths",)])
SOURCES = st.sampled_from([(), ("t1",), ("t2",), ("t1", "t2"), ("t2", "t3")])
TRUST = st.sampled_from([Trust.OPERATOR, Trust.AGENT, Trust.WEB])
FLAGGED = st.sampled_from([(), (), ("link",)])
GONE = st.lists(NAMES, max_size=2).map(tuple)
VERSIONS = st.integers(0, 12)


class Row:
    """A line as the model has it."""

    def __init__(self, of: Line, flagged: tuple[str, ...]) -> None:
        self.words = of.instruction, of.topics
        self.trust, self.sources = of.trust, list(of.source_ids)
        self.flagged, self.approved, self.retired = flagged, False, False

    def copy(self) -> Row:
        twin = Row.__new__(Row)
        twin.__dict__.update(self.__dict__, sources=list(self.sources))
        return twin

    def gain(self, sources: tuple[str, ...] | list[str], trust: Trust) -> None:
        self.sources += [one for one in sources if one not in self.sources]
        if trust.weight < self.trust.weight:
            self.trust = trust

    def retire(self) -> None:
        self.retired, self.approved = True, False

    @property
    def status(self) -> str:
        if self.retired:
            return "retired"
        trusted = self.approved or (len(self.sources) > 1 and not self.flagged)
        return "active" if trusted else "candidate"


def shown(model: dict[str, Row]) -> dict[str, Any]:
    return {
        name: (*row.words, row.status, row.trust, tuple(row.sources), row.approved, row.flagged)
        for name, row in model.items()
    }


def as_shown(lines: Any) -> dict[str, Any]:
    return {
        name: (one.instruction, one.topics, one.status.value, one.trust, one.source_ids,
               one.approved, one.flagged)
        for name, one in lines.items()
    }  # fmt: skip


class Versions(RuleBasedStateMachine):
    """Changes in any sequence, beside a model that is changed in place and photographed."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Change] = []
        self.model: dict[str, Row] = {}
        self.photographs: dict[int, dict[str, Row]] = {NO_VERSION: {}}

    def record(self, kind: Any, **fields: Any) -> None:
        # Others write to the agent, too: numbers have gaps.
        number = 2 * len(self.changes) + 2
        self.changes.append(kind(number=number, **BY, **fields))
        self.photographs[number] = {name: row.copy() for name, row in self.model.items()}

    @rule(name=NAMES, said=SAID, topics=TOPICS, sources=SOURCES, trust=TRUST, flagged=FLAGGED)
    def propose(
        self, name: str, said: str, topics: tuple[str, ...], sources: tuple[str, ...], trust: Trust,
        flagged: tuple[str, ...],
    ) -> None:  # fmt: skip
        # What it says of its own standing counts for nothing.
        fields: Any = {"approved": True, "status": BehaviorStatus.ACTIVE, "flagged": flagged}
        new = line(said, name=name, topics=topics, source_ids=sources, trust=trust, **fields)
        there = self.model.get(name)
        if there is None:
            self.model[name] = Row(new, flagged)
        elif there.retired:
            self.model[name] = Row(new, (*flagged, WAS_RETIRED))
        elif there.words == (said, topics):
            there.gain(sources, trust)
        self.record(Proposed, line=new)

    @rule(name=NAMES, said=SAID, topics=TOPICS, sources=SOURCES, trust=TRUST, flagged=FLAGGED)
    def edit(
        self, name: str, said: str, topics: tuple[str, ...], sources: tuple[str, ...], trust: Trust,
        flagged: tuple[str, ...],
    ) -> None:  # fmt: skip
        if row := self.model.get(name):
            kept = [one for one in row.flagged if row.words[0] == said or one == WAS_RETIRED]
            row.flagged = tuple(dict.fromkeys((*kept, *flagged)))
            row.approved = row.approved and row.words == (said, topics)
            row.words = (said, topics)
            row.gain(sources, Trust.OPERATOR)
            row.trust = trust
        else:
            # What it was an edit of is not there.
            new = line(said, name=name, topics=topics, source_ids=sources, trust=trust)
            self.model[name] = Row(new, flagged)
        fields: Any = {"trust": trust, "source_ids": sources, "flagged": flagged}
        self.record(Edited, name=name, instruction=said, topics=topics, **fields)

    @rule(name=NAMES)
    def approve(self, name: str) -> None:
        if row := self.model.get(name):
            row.approved, row.retired = True, False
            row.flagged = tuple(one for one in row.flagged if one != WAS_RETIRED)
        self.record(Approved, name=name)

    @rule(name=NAMES)
    def retire(self, name: str) -> None:
        if row := self.model.get(name):
            row.retire()
        self.record(Retired, name=name, reason="superseded")

    @rule(name=NAMES, gone=GONE)
    def merge(self, name: str, gone: tuple[str, ...]) -> None:
        kept = self.model.get(name)
        if kept and not kept.retired:
            for other in gone:
                row = self.model.get(other)
                if row and row is not kept and not row.retired:
                    kept.gain(row.sources, row.trust)
                    row.retire()
        self.record(Merged, name=name, gone=gone)

    @rule(to=st.integers(-1, 30))
    def roll_back(self, to: int) -> None:
        if to < 2 * len(self.changes) + 2:
            taken = self.photographs[max(n for n in self.photographs if n <= max(to, NO_VERSION))]
            self.model = {name: row.copy() for name, row in taken.items()}
        self.record(RolledBack, to=to)

    @invariant()
    def stands_as_the_model(self) -> None:
        now = handbook(self.changes)
        assert as_shown(now.lines) == shown(self.model)
        active = {name for name, row in self.model.items() if row.status == "active"}
        assert {one.name for one in now.having(BehaviorStatus.ACTIVE)} == active
        assert now.version == 2 * len(self.changes)

    @invariant()
    def every_version_is_as_it_was(self) -> None:
        now = handbook(self.changes)
        for version, photograph in self.photographs.items():
            then = now.as_of(version)
            assert (then.version, as_shown(then.lines)) == (version, shown(photograph))
            assert now.as_of(version + 1) == then

    @invariant()
    def history_is_exact(self) -> None:
        now = handbook(self.changes)
        names = {name for photograph in self.photographs.values() for name in photograph}
        for name in names:
            stood: list[Any] = [None]
            for version in sorted(self.photographs):
                standing = now.as_of(version).lines.get(name)
                if standing != stood[-1]:
                    stood.append(standing)
            assert [entry.line for entry in now.history(name)] == stood[1:]
            assert all(
                now.as_of(entry.change.number).lines.get(name) == entry.line
                for entry in now.history(name)
            )


TestVersions = Versions.TestCase

CHANGES = st.lists(
    st.one_of(
        st.builds(lambda n, s, t: (Proposed, {"line": line(s, name=n, source_ids=t)}),
                  NAMES, SAID, SOURCES),
        st.builds(lambda n, s: (Edited, {"name": n, "instruction": s}), NAMES, SAID),
        st.builds(lambda n: (Approved, {"name": n}), NAMES),
        st.builds(lambda n, g: (Merged, {"name": n, "gone": g}), NAMES, GONE),
        st.builds(lambda n: (Retired, {"name": n}), NAMES),
        st.builds(lambda to: (RolledBack, {"to": to}), VERSIONS),
    ),
    max_size=12,
).map(
    lambda told: [kind(number=n, **BY, **fields) for n, (kind, fields) in enumerate(told, 1)]
)  # fmt: skip


@given(CHANGES, st.randoms(use_true_random=False), st.data())
def test_order_of_arrival_is_nothing_and_any_change_may_be_gone(
    changes: list[Change], order: Any, data: st.DataObject
) -> None:
    shuffled = list(changes)
    order.shuffle(shuffled)
    assert handbook(shuffled) == handbook(changes)
    if changes:
        left = [one for one in changes if data.draw(st.booleans())]
        assert handbook(left).version == max((one.number for one in left), default=NO_VERSION)


@given(CHANGES, VERSIONS)
def test_rolling_back_leads_to_exactly_that_version(changes: list[Change], to: int) -> None:
    now = handbook(changes)
    back = handbook([*changes, RolledBack(number=99, **BY, to=to)])

    assert diff(back.lines, now.as_of(to).lines) == ()
    assert back.as_of(to) == now.as_of(to)
    assert back.as_of(98) == now


@given(CHANGES, VERSIONS, VERSIONS)
def test_a_diff_tells_all_that_differs(changes: list[Change], one: int, other: int) -> None:
    now = handbook(changes)
    before, after = now.as_of(one), now.as_of(other)
    lines = dict(before.lines)
    for name, old, new in diff(before.lines, after.lines):
        assert lines.pop(name, None) == old
        if new is not None:
            lines[name] = new
    assert lines == after.lines
    back = [(name, new, old) for name, old, new in diff(after.lines, before.lines)]
    assert back == [*diff(before.lines, after.lines)]


def test_a_diff_names_the_fields() -> None:
    first = Proposed(number=1, **BY, line=line("Say so.", name="behavior_a", source_ids=("t1",)))
    book = handbook([first, Approved(number=2, **BY, name="behavior_a")])

    [changed] = diff(book.as_of(1).lines, book.lines)
    assert changed.changed == ("status", "approved")
    assert [one.changed for one in diff({}, book.lines)] == [()]


def test_nobody_takes_over_a_name_by_proposing_it() -> None:
    ours = line("Say so.", name="behavior_a", source_ids=("t1", "t2"))
    theirs = replace(ours, instruction="Say nothing.", source_ids=("t8", "t9"))
    book = handbook([Proposed(number=1, **BY, line=ours), Proposed(number=2, **BY, line=theirs)])

    assert book.lines["behavior_a"] == replace(ours, status=BehaviorStatus.ACTIVE)
    assert len(book.history("behavior_a")) == 1


def test_an_erased_source_makes_a_candidate_of_a_line() -> None:
    both = line("Say so.", name="behavior_a", source_ids=("t1", "t2"))
    (active,) = handbook([Proposed(number=1, **BY, line=both)]).lines.values()
    one = replace(both, source_ids=("t2",))
    (left,) = handbook([Proposed(number=1, **BY, line=one)]).lines.values()

    assert (active.status, left.status) == (BehaviorStatus.ACTIVE, BehaviorStatus.CANDIDATE)


def test_approval_ends_with_retirement_and_with_other_words() -> None:
    name = "behavior_a"
    first: list[Change] = [
        Proposed(number=1, **BY, line=line("Say so.", name=name)),
        Approved(number=2, **BY, name=name),
    ]
    later: list[tuple[Change, BehaviorStatus]] = [
        (Retired(number=3, **BY, name=name), BehaviorStatus.RETIRED),
        (Edited(number=3, **BY, name=name, instruction="Say no."), BehaviorStatus.CANDIDATE),
    ]
    for change, status in later:
        after = handbook([*first, change]).lines[name]
        assert (after.status, after.approved) == (status, False)
        again = handbook([*first, change, Approved(number=4, **BY, name=name)]).lines[name]
        assert (again.status, again.approved) == (BehaviorStatus.ACTIVE, True)


def test_two_changes_of_one_number_are_refused() -> None:
    twice: list[Change] = [
        Approved(number=1, **BY, name="behavior_a"),
        Retired(number=1, **BY, name="behavior_a"),
    ]
    with pytest.raises(ValueError, match="number 1"):
        handbook(twice)


def test_lines_cannot_be_changed_from_outside() -> None:
    book = handbook([Proposed(number=1, **BY, line=line())])
    with pytest.raises(TypeError):
        book.lines["behavior_x"] = line()  # type: ignore[index]
    with pytest.raises(ValueError, match="instruction"):
        Edited(number=1, **BY, name="behavior_a", instruction=" x")
    with pytest.raises(ValueError, match="topics"):
        Edited(number=1, **BY, name="behavior_a", instruction="x", topics=("b", "a"))
