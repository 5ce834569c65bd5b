"""The benchmark of offers, on a small scale with the test double of a model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from memsvc.bench.client import LoadFailed
from memsvc.bench.figures import Latency
from memsvc.bench.offers import OfferOptions, Pairs, plots, render, run, shown
from tests.bench.pages import cells


def test_it_measures_offers_beside_searches(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    options = OfferOptions(
        models=tmp_path / "models",
        model="none",
        backend="hashing",
        behaviors=60,
        memories=20,
        outcomes=4,
        pairs=5,
        out=out,
    )
    said: list[str] = []
    report = run(options, said.append)

    assert report.active == 60
    assert "60 of 60 behaviors are active" in said
    assert report.http.search.p50_ms > 0
    assert report.operations.offer.p50_ms > 0
    assert orjson.loads(out.read_bytes())["active"] == 60
    assert "60 active behaviors" in render(report)
    assert "offer, operations alone" in cells(shown(report), plots(report))


def test_both_ways_have_to_pass(tmp_path: Path) -> None:
    fast, slow = (Pairs(Latency(1, 1, 1), Latency(of, of, of)) for of in (1.25, 1.26))
    options = OfferOptions(tmp_path, "none", "hashing", 1, 0, 0, 1)
    report = run(options, lambda _line: None)

    assert replace(report, http=fast, operations=fast).passed
    assert not replace(report, http=slow, operations=fast).passed
    assert not replace(report, http=fast, operations=slow).passed


def test_a_server_that_refuses_is_named(tmp_path: Path) -> None:
    options = OfferOptions(tmp_path, "none", "hashing", 1, 0, 0, 1, database_url="nothing://")

    with pytest.raises(LoadFailed):
        run(options, lambda _line: None)
