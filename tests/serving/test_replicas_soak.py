"""`memsvc bench replicas` in short: every kind of storm once, seeded, and nothing found."""

from __future__ import annotations

import time

import httpx
import pytest

from memsvc.bench.replicas.balancer import program
from memsvc.bench.replicas.report import SoakReport, render, to_json
from memsvc.bench.replicas.soak import SoakOptions, run
from memsvc.bench.replicas.windows import Windows
from memsvc.bench.replicas.witness import Refusal, Witness, mark

SHORT = SoakOptions(minutes=0.1, clients=2, seed=15, calm_s=0.4, each=True, receipts=3)


@pytest.mark.skipif(program() is None, reason="haproxy is not installed (.ci/run installs it)")
@pytest.mark.timeout(900)
def test_nothing_is_lost_stale_or_refused_without_a_reason() -> None:
    report = run(SHORT)

    assert report.clean, render(report)
    # It was no empty exercise.
    assert len(report.storms) == 6
    assert report.findings.acknowledged > 50
    assert report.database_down_s > 0
    assert report.excused.total() > 0
    assert to_json(report)["clean"]


def answered(text: str, status: int = 200) -> httpx.Response:
    return httpx.Response(status, text=text)


def test_what_is_shown_after_it_was_gone_is_seen() -> None:
    witness, word = Witness(), mark()
    before = time.monotonic()
    witness.saw("search", "balancer", before, answered(f"with {word} in it"))
    assert not witness.stale
    witness.gone([word], "forgotten")
    # Asked before that: nobody promised anything yet.
    witness.saw("search", "balancer", before, answered(f"with {word} in it"))
    assert not witness.stale
    witness.saw("search", "balancer", time.monotonic(), answered(f"with {word} in it"))
    assert witness.stale == {"forgotten": 1}


def test_a_refusal_is_excused_by_what_was_down_meanwhile_and_by_nothing_else() -> None:
    witness = Witness()
    problem = answered('{"code": "unavailable"}', 503)
    refusal = Refusal(503, "unavailable", "write", "balancer")

    began = time.monotonic()
    witness.saw("write", "balancer", began, problem)
    assert witness.refused == {refusal: 1}
    with witness.database.span():
        pass
    # It was asked before and answered after that.
    witness.saw("write", "balancer", began, problem)
    assert witness.excused == {refusal: 1}
    witness.saw("write", "balancer", time.monotonic(), problem)
    assert witness.refused == {refusal: 2}
    with witness.workers.span():
        witness.saw("write", "balancer", time.monotonic(), problem)
        witness.saw("write", "replica", time.monotonic(), None)
    assert witness.dying == {refusal: 1}
    assert witness.excused[Refusal(0, "cut", "write", "replica")] == 1


def test_windows_are_met_by_what_overlaps_them() -> None:
    windows = Windows()
    before = time.monotonic()
    with windows.span():
        within = time.monotonic()
        assert windows.meet(within, within)
        assert windows.meet(before, within)
    after = time.monotonic() + 0.001
    assert not windows.meet(after, after)
    assert not windows.meet(before - 1, before - 0.5)
    assert windows.count == 1


def test_a_report_with_anything_found_is_not_clean() -> None:
    assert SoakReport().clean
    report = SoakReport()
    report.findings.lost = 1
    assert not report.clean
    assert "acknowledged changes lost" in render(report)
    assert "NOT CLEAN" in render(report)
