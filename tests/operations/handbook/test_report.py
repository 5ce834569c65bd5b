"""The report on real databases: the handbook against going without, and each line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.worth import Prices, Verdict, handbook_worth, line_worths
from memsvc.errors import NotFound
from memsvc.operations.handbook.known_worth import as_outcomes
from memsvc.operations.handbook.report import report
from memsvc.runtime import Runtime
from memsvc.store import offer_outcomes
from tests.operations.handbook.curating import erase_memory
from tests.operations.handbook.offering import (
    LINES,
    TOKENS,
    agent_of,
    choosing,
    curated,
    names,
    numbers,
    offered,
    went,
    wording,
)
from tests.operations.remembering import SCOPE, standing


@pytest.fixture
def lived(runtime: Runtime) -> Runtime:
    """40 tasks of each of two classes with an offer and 40 without; with one they go well."""
    runtime = standing(runtime)
    curated(runtime, *(wording(*one) for one in LINES))
    for hold_out in (0.0, 1.0):
        choosing(runtime, hold_out=hold_out)
        for seed in range(80):
            task_class = "maths" if seed % 2 else "law"
            found = offered(
                runtime, seed=seed + 100 * int(hold_out), limit=2, task_class=task_class
            )
            output = 400 if found.lines else 500
            cited = tuple(f"behavior_{one}" for one in names(found)[:1])
            went(runtime, found, float(bool(found.lines)), output_tokens=output, cited=cited)
    choosing(runtime, input_price=1.0, output_price=4.0)
    return runtime


def test_it_tells_what_the_folds_over_outcomes_tell(lived: Runtime) -> None:
    found = report(lived, SCOPE)
    with lived.database.snapshot() as tx:
        outcomes = as_outcomes(offer_outcomes.since(tx, agent_of(lived).agent_key))

    assert found.curation_tokens == len(LINES) * TOKENS
    assert found.curation == 4.0 * found.curation_tokens
    assert found.handbook == handbook_worth(outcomes, Prices(1.0, 4.0, found.curation))
    assert (found.handbook.offered, found.handbook.held_out) == (80, 80)
    assert found.handbook.lift_verdict is Verdict.HELPS
    assert found.handbook.saving is not None
    assert found.handbook.saving.estimate == pytest.approx(4.0 * 100 - found.curation / 80)
    worths = line_worths(outcomes)
    for name, number in zip(("draw", "estimate"), numbers(lived, "draw", "estimate"), strict=True):
        [line] = [one for one in found.lines if one.line.name == f"behavior_{name}"]
        assert line.worth == worths[str(number)]
        assert line.line.status is BehaviorStatus.ACTIVE


def test_one_class_of_tasks_bears_its_share_of_curation(lived: Runtime) -> None:
    maths, nothing = (report(lived, SCOPE, one) for one in ("maths", "piping"))

    assert (maths.handbook.offered, maths.handbook.held_out) == (40, 40)
    assert maths.curation == report(lived, SCOPE).curation / 2
    assert (nothing.handbook.offered, nothing.curation, nothing.handbook.lift) == (0, 0.0, None)
    assert [one.worth for one in nothing.lines] == [None, None, None]


def test_nothing_is_concluded_from_few_tasks(runtime: Runtime) -> None:
    runtime = standing(runtime)
    choosing(runtime)
    curated(runtime, *(wording(*one) for one in LINES))
    before = report(runtime, SCOPE)
    assert (before.handbook.offered, before.handbook.lift_verdict) == (0, None)
    for _ in range(20):
        went(runtime, offered(runtime))

    found = report(runtime, SCOPE)
    assert (found.handbook.lift_verdict, found.handbook.saving_verdict) == (None, None)
    verdicts = [one.worth and (one.worth.offered, one.worth.verdict) for one in found.lines]
    assert verdicts == [(20, None)] * 3
    with pytest.raises(NotFound):
        report(runtime, replace(SCOPE, agent_id="nobody"))


def test_an_erased_behavior_is_not_in_it(lived: Runtime) -> None:
    erase_memory(lived, "behavior_draw")

    found = report(lived, SCOPE)
    assert [one.line.name for one in found.lines] == ["behavior_estimate", "behavior_units"]
    assert found.curation_tokens == 2 * TOKENS
    assert found.handbook.offered == 80
