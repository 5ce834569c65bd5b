"""The whole benchmark against a real server, tiny: what it measures, writes down and draws."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from memsvc.bench.client import LoadFailed
from memsvc.bench.retrieval.measure import RetrievalOptions, render, run
from memsvc.bench.retrieval.plot import drawn
from memsvc.bench.retrieval.report import BudgetUse, RetrievalReport
from memsvc.bench.retrieval.shown import plots, shown
from tests.bench.conftest import ROOT, Served
from tests.bench.pages import cells
from tests.bench.retrieval.tiny import ENTRY, SAMPLE, entry, written

GROUPS = ["all", "without adversarial", "adversarial", "multi-hop", "single-hop", "temporal"]


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`memsvc bench locomo`, with hashed vectors."""
    return subprocess.run(
        [sys.executable, "-m", "memsvc", "bench", "locomo", *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "MEMSVC_DATA_DIR": str(folder / "data"),
            "MEMSVC_EMBEDDING__BACKEND": "hashing",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_prints_writes_and_draws(tmp_path: Path) -> None:
    out, plot = tmp_path / "figures.json", tmp_path / "figures.png"
    file = written(tmp_path, [SAMPLE])
    ended = command(str(file), "--json", str(out), "--plot", str(plot), folder=tmp_path)

    assert ended.returncode == 0, ended.stderr
    assert "dialog 1 of 1: tiny-1, 6 turns, 4 questions" in ended.stderr
    assert "6 turns kept as 5 memories, 4 questions; 2 without evidence skipped" in ended.stdout
    assert plot.read_bytes().startswith(b"\x89PNG")
    told = json.loads(out.read_text())
    assert told["machine"]["libraries"]["bm25s"]
    assert (told["form"], told["model"], told["mode"]) == ("LoCoMo", "hashing", "fast")
    assert 0 < told["latency"]["p50_ms"] <= told["latency"]["p95_ms"]
    assert len(told["systems"]) == 5
    for system in told["systems"]:
        assert list(system["groups"]) == GROUPS
        assert system["name"] in ended.stdout
        for quality in system["groups"].values():
            assert list(quality) == ["questions", "recall", "all_evidence", "ndcg_10", "mrr"]
            assert list(quality["recall"]) == ["1", "3", "5", "10", "20"]
    # Five memories: every one is found among twenty.
    assert told["systems"][0]["groups"]["all"]["recall"]["20"] == 1.0
    assert told["systems"][0]["groups"]["single-hop"]["recall"]["1"] == 1.0


def test_the_command_refuses_other_files(tmp_path: Path) -> None:
    ended = command(str(written(tmp_path, [{"a": 1}])), folder=tmp_path)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "is in no known form" in ended.stderr
    assert "LongMemEval" in ended.stderr


@pytest.fixture
def options(served: Served, tmp_path: Path) -> RetrievalOptions:
    file = written(tmp_path, [ENTRY, entry(question_id="q-2"), entry(question_id="q-3_abs")])
    return RetrievalOptions(
        file,
        models=tmp_path / "models",
        backend="hashing",
        base_url=served.url,
        key=served.key,
        mode="fast",
    )


def test_every_history_of_longmemeval_is_an_agent_of_a_running_server(
    options: RetrievalOptions,
) -> None:
    report = run(options)
    ours, *others = report.systems

    assert (report.form, report.dialogs, report.turns, report.questions) == (
        "LongMemEval",
        3,
        12,
        3,
    )
    assert list(ours.groups) == ["all", "without adversarial", "single-session-user"]
    assert ours.groups["without adversarial"].questions == 2
    assert ours.groups["all"].recall[5] == 1.0
    assert ours.name == "memsvc, fast"
    assert others[0].groups == others[1].groups
    # The running server still has the memories of the first time: agents have other names.
    assert run(options).systems == report.systems


def test_fewer_questions_need_fewer_histories(options: RetrievalOptions) -> None:
    report = run(replace(options, limit=1))

    assert (report.dialogs, report.turns, report.questions) == (1, 4, 1)


def test_a_backend_without_baselines_is_refused(options: RetrievalOptions) -> None:
    with pytest.raises(LoadFailed, match="set MEMSVC_EMBEDDING__BACKEND=onnx"):
        run(replace(options, backend="openai_http"))


def with_contexts(report: RetrievalReport, used: Sequence[float]) -> RetrievalReport:
    evidence = dict.fromkeys(report.systems[0].groups, 0.25)
    return replace(
        report,
        contexts=[BudgetUse(500 * place, one, evidence) for place, one in enumerate(used, 1)],
    )


def test_contexts_are_told_and_drawn_where_there_are_some(
    options: RetrievalOptions, tmp_path: Path
) -> None:
    report = with_contexts(run(replace(options, limit=1)), [450.0, 930.0])
    drawn(report, tmp_path / "some.svg")

    assert "evidence cited, token budget" in render(report)
    assert "930" in render(report)
    assert "<svg" in (tmp_path / "some.svg").read_text()
    told = cells(shown(report), plots(report))
    assert {"token budget", "930", "NDCG@10", "recall@10 / of the best plain search"} <= {*told}
    assert "this server has no such route" in render(replace(report, contexts=[]))


def test_a_plot_in_no_known_format_says_so(options: RetrievalOptions, tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match=r"figures\.nonsense cannot be written"):
        run(replace(options, limit=1, plot=tmp_path / "figures.nonsense"))
