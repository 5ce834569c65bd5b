"""The scale benchmark against real servers, small: what it measures, writes down and draws."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from memsvc.bench import grown
from memsvc.bench.client import LoadFailed
from memsvc.bench.plot import drawn
from memsvc.bench.scale import ScaleOptions, rendered, run


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


def test_a_plot_in_no_known_format_says_so(tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match=r"scale\.nonsense cannot be written"):
        drawn([], tmp_path / "scale.nonsense")
