"""The benchmark of statistics, on a small scale, on each kind of database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from memsvc.bench.figures import Latency
from memsvc.bench.stats import FLOOR, StatsOptions, plots, render, run, shown


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_it_measures_the_routes_and_recounts(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if kind == "postgresql" else ""
    out = tmp_path / "figures.json"
    options = StatsOptions(600, 30, requests=4, database_url=url, out=out)
    said: list[str] = []

    report = run(options, said.append)

    assert "600 rows of memories" in said
    assert (report.database, report.agrees, report.added) == (kind, True, 4)
    assert all(one.p50_ms > 0 for one in report.routes.values())
    assert orjson.loads(out.read_bytes())["memories"] == 600
    assert "counters equal a recount" in render(report)
    [table] = shown(report).tables
    assert [row[0] for row in table.rows] == [*report.routes]
    assert f">{FLOOR}</text>" in plots(report)[0].svg

    fast, slow = Latency(1.0, 50.0, 60.0), Latency(1.0, 50.1, 60.0)
    kept = replace(report, routes={**dict.fromkeys(report.routes, fast), FLOOR: slow})
    assert all(check.passed for check in kept.checks)
    missed = replace(kept, routes=dict.fromkeys(report.routes, slow), agrees=False)
    assert not any(check.passed for check in shown(missed).checks)
