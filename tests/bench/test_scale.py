"""The scale benchmark against real servers, small: what it measures, writes down and draws."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memsvc.bench import grown
from memsvc.bench.client import LoadFailed
from memsvc.bench.grown import Size
from memsvc.bench.grown_plot import drawn
from memsvc.bench.many import Many
from memsvc.bench.scale import ScaleOptions, ScaleReport, plots, rendered, run, shown
from tests.bench.pages import MACHINE, cells


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grown, "PURGING_S", 4.0)


def test_sizes_and_many_agents_are_measured_and_drawn(tmp_path: Path) -> None:
    out, plot = tmp_path / "scale.json", tmp_path / "scale.svg"
    options = ScaleOptions((200,), agents=6, memories_each=20, out=out, plot=plot)
    said: list[str] = []
    report = run(options, said.append)

    (size,) = report.sizes
    assert size.memories == 200
    assert 0 < size.search_p50 <= size.search_p99
    assert 0 < size.add_p50 <= size.add_p99
    assert size.add_beside_purges_p99 > 0
    assert size.purges >= 1
    assert size.first_search_s > 0
    assert size.rss_bytes_per_memory > 1536
    assert rendered(size) in said
    assert report.many is not None
    assert (report.many.agents, report.many.memories_each) == (6, 20)
    assert 0 < report.many.search_p50 <= report.many.search_p99
    written = json.loads(out.read_text())
    assert written["sizes"][0]["memories"] == 200
    assert written["machine"]["cores"] > 0
    assert "<svg" in plot.read_text()
    told = cells(shown(report), plots(report))
    assert "search p99, ms" in told
    assert "the process grows by, 6 agents" in told


@pytest.mark.parametrize(
    ("memories", "search", "held"),
    [
        (10_000, 20.0, {"search", "add", "first"}),
        (100_000, 20.0, {"search", "add", "first", "resident"}),
        (1_000_000, 60.0, {"search", "add", "resident"}),
        (2_000_000, None, {"resident"}),
    ],
)
def test_bars_are_those_of_the_size(memories: int, search: float | None, held: set[str]) -> None:
    size = Size(memories, 1e3, 20.1, 60.0, 3.0, 5.0, 9.0, 7, 1.0, 5.1, 2601.0)
    checks = shown(ScaleReport(MACHINE, [size], None)).checks

    assert {check.what.split()[0] for check in checks} == held
    for check in checks:
        if check.what.startswith("search"):
            assert check.bar == search
    missed = {check.what.split()[0] for check in checks if not check.passed}
    assert missed == held - ({"add"} if search == 20.0 else {"add", "search"})


def test_many_agents_have_bars_of_their_own() -> None:
    many = Many(10, 100, 64, 100.0, 65.0, 6.0, 9.0, 2.0)

    slow, grown = shown(ScaleReport(MACHINE, [], many)).checks
    assert (slow.value.median, slow.passed) == (3.0, True)
    assert (grown.bar, grown.passed) == (64.0, False)
    assert plots(ScaleReport(MACHINE, [], many)) == ()


def test_a_plot_in_no_known_format_says_so(tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match=r"scale\.nonsense cannot be written"):
        drawn([], tmp_path / "scale.nonsense")
