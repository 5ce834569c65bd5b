"""The comparison of decay policies: its logs, its scores, and what it says of known worlds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from memsvc.bench.decay.foretelling import RECENCY, foretold
from memsvc.bench.decay.log import Event, LogUnusable, Use, events_in, log_of
from memsvc.bench.decay.measure import CONSTANT, run
from memsvc.bench.decay.scoring import brier, fitted, log_odds, ordering
from memsvc.bench.decay.simulated import simulated
from memsvc.cli.commands import app
from memsvc.core.decay import Policy, retention
from memsvc.core.memory import Kind
from memsvc.core.reinforcement import Outcome, reinforced

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def event(memory: str, day: float, outcome: Outcome | None = None) -> Event:
    return Event(memory, Kind.EPISODIC, BEGIN + timedelta(days=day), outcome)


def test_lines_are_read_as_events(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_text(
        '{"memory":"m1","at":"2026-01-01T00:00:00Z","outcome":"written","kind":"semantic"}\n'
        '{"memory":"m1","at":"2026-01-03T12:00:00+00:00","outcome":"partly","kind":"semantic"}\n'
        '{"memory":"m2","at":"2026-01-02T00:00:00Z","outcome":"used"}\n'
    )

    log = log_of(events_in(file))

    one, other = log.histories
    assert (one.kind, one.written, one.uses) == (Kind.SEMANTIC, 0.0, (Use(2.5, Outcome.PARTLY),))
    assert (other.kind, other.written, other.uses) == (
        Kind.EPISODIC,
        1.0,
        (Use(1.0, Outcome.USED),),
    )
    assert log.days == 2.5


@pytest.mark.parametrize(
    "line",
    [
        "nothing",
        "[]",
        '{"memory":"m1","at":"2026-01-01T00:00:00","outcome":"used"}',
        '{"memory":"m1","at":"2026-01-01T00:00:00Z","outcome":"loved"}',
        '{"memory":"m1","outcome":"used"}',
    ],
)
def test_what_is_no_event_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "log"
    file.write_text('{"memory":"m1","at":"2026-01-01T00:00:00Z","outcome":"used"}\n' + line)

    with pytest.raises(LogUnusable, match="Line 2"):
        events_in(file)


def test_what_is_said_is_what_the_service_would_say() -> None:
    """At a moment, of all that was told by then and of nothing later."""
    events = [
        event("m1", 0),
        event("m1", 3, Outcome.USED),
        event("m1", 12, Outcome.CONTRADICTED),
        event("m1", 21, Outcome.USED),
        event("m2", 50),
    ]

    found = foretold(log_of(events), 10.0)

    first = reinforced(Policy.FSRS, 7.0, 5.0, 3.0, Outcome.USED)
    second = reinforced(Policy.FSRS, *first, 9.0, Outcome.CONTRADICTED)
    third = reinforced(Policy.FSRS, *second, 18.0, Outcome.USED)
    assert found.said["fsrs"] == pytest.approx(
        [
            retention(7.0, first.stability_days),
            # A contradiction is no use: the time since day 3 goes on.
            retention(17.0, second.stability_days),
            retention(9.0, third.stability_days),
            retention(19.0, third.stability_days),
        ]
    )
    assert found.said[RECENCY].tolist() == [7.0, 17.0, 9.0, 19.0]
    assert found.again.tolist() == [0.0, 1.0, 0.0, 0.0]
    assert found.early.tolist() == [True, True, False, False]


def test_a_memory_is_asked_about_from_its_writing_on() -> None:
    events = [event("m1", 0), event("m2", 25), event("m1", 60, Outcome.USED)]

    assert foretold(log_of(events), 10.0).memory.tolist() == [0, 0, 0, 1, 0, 1, 0, 1]


def test_a_curve_through_what_happened_finds_its_chances() -> None:
    """Of a coin that is the likelier to fall so, the larger a number is."""
    draw = np.random.default_rng(1)
    numbers = draw.normal(size=40_000)
    chances = 1.0 / (1.0 + np.exp(1.0 - 2.0 * numbers))
    happened = (draw.random(40_000) < chances).astype(float)

    found = fitted(numbers, happened, np.array([-1.0, 0.0, 1.0]))

    assert found == pytest.approx([0.0474, 0.2689, 0.7311], abs=0.02)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=20))
def test_ordering_counts_pairs(made: list[tuple[int, bool]]) -> None:
    scores = np.array([score for score, _ in made], float)
    happened = np.array([so for _, so in made], float)
    pairs = [
        1.0 if one > other else 0.5 if one == other else 0.0
        for one, so in made
        if so
        for other, not_so in made
        if not not_so
    ]

    expected = sum(pairs) / len(pairs) if pairs else 0.5
    assert ordering(scores, happened) == pytest.approx(expected)


def test_scores_of_certainties() -> None:
    assert brier(np.array([1.0, 0.0]), np.array([1.0, 1.0])) == 0.5
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()


def test_where_strength_decides_policies_beat_recency() -> None:
    """Half the memories are used every week, half were once: how lately tells little in between."""
    events = []
    for number in range(200):
        events.append(event(f"m{number}", number / 100))
        last = 200 if number % 2 else 12
        events += [event(f"m{number}", day, Outcome.USED) for day in range(5, last, 7)]

    scores = {one.name: one for one in run(events, "made up", 8.0).scores}

    assert scores[CONSTANT].skill == 0.0
    assert scores["fsrs"].ordering > 0.95
    assert scores["fsrs"].low <= scores["fsrs"].skill <= scores["fsrs"].high
    assert scores["fsrs"].skill > 0.5


def test_where_use_is_chance_nothing_beats_the_constant() -> None:
    draw = np.random.default_rng(2)
    events = [event(f"m{n}", 0.0) for n in range(300)]
    for number in range(300):
        days = np.sort(draw.random(draw.poisson(12)) * 200)
        events += [event(f"m{number}", float(day), Outcome.USED) for day in days]

    for one in run(events, "made up", 10.0).scores:
        assert one.skill < 0.02, one.name
        assert 0.45 < one.ordering < 0.55, one.name


def test_a_log_that_tells_nothing_is_refused() -> None:
    with pytest.raises(LogUnusable, match="empty"):
        run([], "none", 7.0)
    with pytest.raises(LogUnusable, match="short"):
        run([event("m1", 0), event("m1", 5, Outcome.USED)], "short", 7.0)
    with pytest.raises(LogUnusable, match="no, memories"):
        run([event("m1", 0), event("m1", 400, Outcome.USED)], "idle", 7.0)


def test_the_same_seed_makes_the_same_log() -> None:
    first = simulated(50, 3)

    assert first == simulated(50, 3)
    assert first != simulated(50, 4)
    gaps = _gaps(simulated(400, 0))
    massed = sum(gap < 1 / 24 for gap in gaps) / len(gaps)
    assert 0.3 < massed < 0.8, "both spaced and massed uses"


def _gaps(events: list[Event]) -> list[float]:
    gaps = []
    for history in log_of(events).histories:
        days = [use.day for use in history.uses]
        gaps += [later - earlier for earlier, later in pairwise(days)]
    return gaps


def test_the_command_compares_and_keeps_its_figures(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"

    found = CliRunner().invoke(app, ["bench", "decay", "--memories", "200", "--json", str(out)])

    assert found.exit_code == 0, found.output
    assert "fsrs" in found.output
    assert out.read_bytes().startswith(b"{")
    log = tmp_path / "log"
    log.write_text("nothing\n")
    refused = CliRunner().invoke(app, ["bench", "decay", "--log", str(log)])
    assert refused.exit_code == 2
