"""The benchmark of consolidation, on a small scale with the test double of a model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from memsvc.bench import consolidation
from memsvc.bench.consolidation import ConsolidationOptions, plots, render, run, shown
from tests.bench.pages import cells


def test_it_measures_a_run_and_that_a_second_one_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consolidation, "IDLE_S", 1.0)
    out = tmp_path / "figures.json"
    report = run(
        ConsolidationOptions(400, out=out, environment={"MEMSVC_EMBEDDING__BACKEND": "hashing"})
    )

    assert report.status == "done"
    assert report.made["session_summary"] == 20
    assert report.made["extracted"] > 10
    assert report.searches_meanwhile > 0
    assert report.second_made == 0
    assert 0.7 < report.verbatim <= 1
    assert not report.again
    assert orjson.loads(out.read_bytes())["episodes"] == 400
    assert "second run: 0 made" in render(report)
    assert "NOT PASSED" in render(replace(report, second_made=1))
    told = shown(replace(report, status="failed", recall_before=0.9, recall_least=0.8))
    assert {check.what for check in told.checks if not check.passed} >= {
        "runs that were not done",
        "recall of probes lost",
    }
    assert "session_summary" in cells(shown(report), plots(report))
