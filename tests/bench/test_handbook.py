"""The benchmark of handbooks: its worlds, that the house decides in them, and its figures."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from memsvc.bench.handbook.living import lived
from memsvc.bench.handbook.log import class_name, line_of, name_of, outcomes
from memsvc.bench.handbook.measure import (
    KINDS,
    PARTS,
    PRICES,
    Options,
    Told,
    World,
    run,
    true_effects,
    worlds,
)
from memsvc.bench.handbook.population import (
    FIXED,
    HARMFUL,
    SATURATED,
    UNIFORM,
    USEFUL,
    USELESS,
    population,
)
from memsvc.bench.handbook.report import figures, missed, render, to_json
from memsvc.bench.handbook.shown import plots, shown
from memsvc.cli.commands import app
from memsvc.core.handbook.effects import NOBODY
from memsvc.core.handbook.intervals import Interval
from memsvc.core.handbook.rating import ratings
from memsvc.core.handbook.worth import handbook_worth, line_worths
from tests.bench.pages import cells

# A tenth of the behaviors and of the tasks: as many offers of each.
SMALL = replace(FIXED, behaviors=20, classes=2, tasks=2000)


def test_a_population_is_as_told() -> None:
    people = population(FIXED, [1, 2])

    for world in range(2):
        kind, effect, saving = people.kind[world], people.effect[world], people.saving[world]
        assert [int((kind == one).sum()) for one in (USEFUL, USELESS, HARMFUL)] == [120, 60, 20]
        assert effect.tolist() == pytest.approx((0.15 * kind).tolist())
        assert np.expm1(saving) == pytest.approx(-0.10 * kind)
        assert np.bincount(people.fitting[world].ravel()).tolist() == [2] * 200
    assert people.kind[0].tolist() != people.kind[1].tolist()
    assert population(FIXED, [2]).baseline[0].tolist() == people.baseline[1].tolist()


def test_sizes_are_uniform_where_they_are_to_be() -> None:
    people = population(UNIFORM, range(20))
    sizes = np.abs(people.effect[people.kind != USELESS]) / 0.15

    assert sizes.max() <= 1.0
    assert np.quantile(sizes, [0.25, 0.5, 0.75]) == pytest.approx([0.25, 0.5, 0.75], abs=0.04)
    assert not people.effect[people.kind == USELESS].any()
    assert (np.sign(people.effect) == people.kind).all()


def test_effects_together() -> None:
    points, odds = (
        population(SMALL, [0]),
        population(replace(SMALL, together=SATURATED.together), [0]),
    )
    half, some = np.array([0.5]), np.array([[0.15, -0.15, 0.15]])

    assert points.chance(half, some) == pytest.approx([0.65])
    assert points.chance(half, np.full((1, 5), 0.15)) == pytest.approx([0.98])
    assert odds.chance(half, some) == pytest.approx([0.65])
    assert odds.chance(half, np.array([[-0.15]])) == pytest.approx([0.35])
    assert 0.9 < odds.chance(half, np.full((1, 5), 0.15))[0] < 0.98


def test_the_house_decides() -> None:
    """What many worlds know at once is, for each, the fold over its outcomes."""
    people = population(SMALL, [3, 4])
    log, state = lived(people, [3, 4], lambda _line: None)

    for world in range(2):
        told = outcomes(log, world)
        known, lines = ratings(told), line_worths(told)
        for line in range(SMALL.behaviors):
            rating = known.line(name_of(line))
            assert state.mu[world, line] == pytest.approx(rating.mu)
            assert math.sqrt(state.variance[world, line]) == pytest.approx(rating.sigma)
            worth = lines[name_of(line)]
            assert line_of(worth.name) == line
            assert state.offered[world, line] == worth.offered
            assert state.uncited[world, line] == worth.uncited
        for of in range(SMALL.classes):
            belief = known.task_class(class_name(of))
            assert state.class_mu[world, of] == pytest.approx(belief.mu)
        # The last look, which began where the one before ended, found what a look alone finds.
        found = np.array([lines[name_of(line)].effect.high for line in range(SMALL.behaviors)])
        assert state.effect_high[world] == pytest.approx(found, abs=1e-3)


def test_a_world_goes_by_its_rules() -> None:
    people = population(SMALL, [5, 6])
    log, state = lived(people, [5, 6], lambda _line: None)

    assert log.held_out.mean() == pytest.approx(0.1, abs=0.03)
    assert (log.lines[log.held_out] == NOBODY).all()
    for world in range(2):
        for line in np.flatnonzero(state.retired_at[world] >= 0).tolist():
            after = log.lines[world, state.retired_at[world, line] :]
            assert not (after == line).any()
        for of in range(SMALL.classes):
            offered = log.lines[world][log.task_class[world] == of]
            assert set(offered.ravel().tolist()) <= {NOBODY, *people.fitting[world, of].tolist()}
    assert (log.best >= log.wanted - 1e-12).all()
    wanted = np.where(log.held_out, log.plain, log.wanted)
    spread = math.sqrt(float((wanted * (1 - wanted)).sum()))
    assert abs(float((log.success - wanted).sum())) < 4 * spread
    factor = np.where(log.held_out, 1.0, log.output_factor)
    ratio = log.output_tokens / (log.plain_output * factor)
    assert ratio.mean() == pytest.approx(1.0, abs=4 * ratio.std() / math.sqrt(ratio.size))


def test_a_world_is_the_same_in_any_company() -> None:
    assert worlds(SMALL, [7]) == worlds(SMALL, [6, 7])[1:]


def test_in_short_handbooks_find_what_harms() -> None:
    """Of 24 worlds, 48 harmful and 288 useful behaviors."""
    found = figures(worlds(SMALL, range(24)))

    assert found.retired["harmful"] >= 0.85
    assert found.retired["useful"] <= 0.02
    assert found.retired["useless"] <= 0.15
    assert found.precision >= 0.75
    assert found.not_useful >= 0.95
    assert found.late_regret < found.regret < 0.15
    # Of 24 intervals at 95 %, fewer than 19 hold once in a thousand times.
    assert found.saving.held >= 19 / 24
    assert found.lift.held >= 19 / 24
    assert found.saving.said == pytest.approx(found.saving.truth, abs=found.saving.half_width)
    assert found.effects_held >= 0.9
    assert found.tokens_held >= 0.9


def test_the_truth_of_an_effect_is_what_it_changed() -> None:
    """The mean over the tasks that a behavior was offered for, by hand."""
    for setting in (SMALL, replace(SMALL, together=SATURATED.together)):
        people = population(setting, [9])
        log, _ = lived(people, [9], lambda _line: None)
        found = true_effects(people, log, 0)
        for line in (0, 7):
            at = np.flatnonzero((log.lines[0] == line).any(axis=1))
            changes = []
            for task in at.tolist():
                rest = [one for one in log.lines[0, task].tolist() if one not in {line, NOBODY}]
                plain = people.chance(log.plain[0, [task]], people.effect[0, [rest]])[0]
                changes.append(log.wanted[0, task] - plain)
            assert found[line] == pytest.approx(np.mean(changes))
            assert np.sign(found[line]) == people.kind[0, line]


def test_the_truth_of_a_saving_is_what_prices_make_of_it() -> None:
    people = population(SMALL, [8])
    log, _ = lived(people, [8], lambda _line: None)
    worth = handbook_worth(outcomes(log, 0), PRICES)
    cost = [
        PRICES.output_token * output + PRICES.input_token * given
        for output, given in (
            (log.plain_output[0], log.plain_input[0]),
            (log.plain_output[0] * log.output_factor[0], log.plain_input[0] + log.extra_input[0]),
        )
    ]
    truth = float((cost[0] - cost[1]).mean()) - PRICES.curation / worth.offered

    (world,) = worlds(SMALL, [8])

    assert world.saving.truth == pytest.approx(truth)
    assert world.saving.said == worth.saving


def world_of(seed: int, retired: dict[str, list[int]], *, holds: bool = True) -> World:
    told = Told(Interval(0.1, 0.0, 0.2), 0.15 if holds else 0.3)
    behaviors = {"harmful": 2, "useless": 4, "useful": 10}
    return World(
        seed, behaviors, retired, 0.3, 0.15, [0.2] * PARTS, told, told, 1.0, 1.0, False, 0.0
    )


def test_figures_and_bars() -> None:
    none: dict[str, list[int]] = {name: [] for name in KINDS.values()}
    good = [
        world_of(seed, none | {"harmful": [400, 600]}, holds=seed % 20 > 0) for seed in range(60)
    ]
    poor = [
        world_of(seed, none | {"harmful": [800], "useful": [1000], "useless": [5]}, holds=seed > 30)
        for seed in range(60)
    ]

    found = figures(good)

    assert found.retired == {"harmful": 1.0, "useless": 0.0, "useful": 0.0}
    assert (found.precision, found.median_at) == (1.0, 500.0)
    assert found.regret == pytest.approx(0.2)
    assert found.saving.held == pytest.approx(0.95)
    assert found.saving.half_width == pytest.approx(0.1)
    assert missed({FIXED.name: found}) == []
    assert figures(poor).precision == pytest.approx(1 / 3)
    assert figures(poor).not_useful == pytest.approx(2 / 3)
    bars = missed({FIXED.name: figures(poor)})
    assert [line.split(":")[0] for line in bars[:2]] == ["harmful retired", "useful retired"]
    assert len(bars) == 4
    # Half a dozen seeds tell nothing of coverage.
    assert len(missed({FIXED.name: figures(poor[:6])})) == 2
    text = render({FIXED.name: figures(poor), SATURATED.name: found})
    assert "50.0%" in text
    told = shown({FIXED.name: figures(poor), SATURATED.name: found})
    assert len(told.checks) == 10
    assert sum(not check.passed for check in told.checks) == 4
    worlds = dict.fromkeys((FIXED.name, UNIFORM.name, SATURATED.name), poor)
    assert "useful retired" in cells(told, plots(worlds, 1000))
    assert json.loads(to_json({FIXED.name: figures([world_of(0, none)])}))["missed"]


def test_several_processes_find_the_same() -> None:
    options = Options(seeds=2, first=1, tasks=1000)
    said: list[str] = []

    found = run(options, said.append)

    assert [*found] == [FIXED.name, UNIFORM.name, SATURATED.name]
    assert run(replace(options, processes=2), said.append) == found


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_command(tmp_path: Path, ending: str) -> None:
    out, plot = tmp_path / "figures.json", tmp_path / f"plot.{ending}"
    arguments = ["--seeds", "1", "--tasks", "1000", "--json", str(out), "--plot", str(plot)]

    done = CliRunner().invoke(app, ["bench", "handbook", *arguments])

    # A thousand tasks are too few to retire what harms.
    assert done.exit_code == 1
    assert "harmful retired" in done.stdout
    assert json.loads(out.read_bytes())["settings"][FIXED.name]["seeds"] == 1
    assert plot.stat().st_size > 1000


def test_a_plot_of_no_known_kind(tmp_path: Path) -> None:
    arguments = ["--seeds", "1", "--tasks", "1000", "--plot", str(tmp_path / "plot.nothing")]

    done = CliRunner().invoke(app, ["bench", "handbook", *arguments])

    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
