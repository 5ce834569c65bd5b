"""A whole benchmark against a real server, small: what it counts, writes down and refuses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from memsvc.bench.client import Target
from memsvc.bench.load import LoadFailed, LoadOptions, plots, render, run, run_alone, shown
from memsvc.bench.readings import BULK
from memsvc.bench.verdicts import verdicts
from tests.bench.conftest import Served
from tests.bench.pages import cells


@dataclass
class SteadyModel:
    """A raw model of constant speed that keeps what it was given."""

    queries: list[Sequence[str]] = field(default_factory=list)
    texts: list[Sequence[str]] = field(default_factory=list)

    def query_ms(self, queries: Sequence[str], seconds: float) -> list[float]:
        self.queries.append(queries)
        return [4.0, 6.0, 5.0]

    def onnx_per_second(self, texts: Sequence[str], seconds: float) -> float:
        self.texts.append(texts)
        return 200.0

    def library_per_second(self, texts: Sequence[str], seconds: float) -> float:
        self.texts.append(texts)
        return 100.0


@pytest.fixture
def options(served: Served, tmp_path: Path) -> LoadOptions:
    return LoadOptions(
        base_url=served.url,
        key=served.key,
        model=None,
        memories=150,
        rounds=2,
        seconds=0.05,
        clients=3,
        pid=served.pid,
        out=tmp_path / "load.json",
    )


def written(options: LoadOptions) -> dict[str, Any]:
    assert options.out is not None
    report: dict[str, Any] = json.loads(options.out.read_bytes())
    return report


def test_it_measures_everything_and_writes_it_down(options: LoadOptions) -> None:
    report = run(options, SteadyModel())
    told = written(options)

    assert [(each["what"], each["clients"]) for each in told["served"]] == [
        (what, clients) for what in ("search", "single add", "bulk add") for clients in (1, 3)
    ]
    for figure in told["served"]:
        speed, latency = figure["per_second"], figure["latency"]
        assert 0 < speed["least"] <= speed["median"] <= speed["most"]
        assert 0 < latency["p50_ms"] <= latency["p95_ms"] <= latency["p99_ms"]
        assert figure["client_cpu_ms"] > 0
        assert figure["requests"] >= 2
    assert [each["per_second"]["median"] for each in told["raw"]] == [200.0, 200.0, 100.0, 100.0]
    assert told["raw"][0]["latency"]["p50_ms"] == 5.0
    assert len(told["checks"]) == 5
    assert set(told["memory"]) == {"before", "filled", "after"}
    assert told["machine"]["cores"] > 0
    assert told["others"] is None or 0.0 <= told["others"] <= 1.0
    assert (told["memories"], told["rounds"], told["seconds"]) == (150, 2, 0.05)
    assert told["seed"] == report.seed
    assert told["agent"].startswith("bench-")
    assert told["fill_per_second"] > 0


def test_ratios_are_those_of_the_figures(options: LoadOptions) -> None:
    report = run(replace(options, rounds=1), SteadyModel())
    found = {(each.what, each.clients): each for each in report.served}
    search = found["search", 1].latency
    assert search is not None
    ratios = [check.value.median for check in report.checks]

    assert ratios[:4] == pytest.approx(
        [
            search.p50_ms / 5.0,
            found["search", 3].per_second.median / 100.0,
            found["single add", 3].per_second.median / 100.0,
            found["bulk add", 1].per_second.median / 200.0,
        ]
    )
    assert ratios[4] == report.memory["before"].resident
    assert report.passed == all(check.passed for check in report.checks)


def test_the_server_holds_what_was_counted(options: LoadOptions, served: Served) -> None:
    before = stored(served)
    report = run(options)
    figures = {(each.what, each.clients): each.requests for each in report.served}
    singles = figures["single add", 1] + figures["single add", 3]
    bulks = figures["bulk add", 1] + figures["bulk add", 3]

    assert stored(served) - before == options.memories + singles + BULK * bulks


def stored(served: Served) -> int:
    """Memories the server says it added since it started."""
    with Target(served.url, served.key).connect() as connection:
        connection.send(Target(served.url, served.key).request("GET", "/metrics"))
        while not connection.receive():
            pass
        for line in connection.body.decode().splitlines():
            if line.startswith('memsvc_writes_total{event="added"}'):
                return int(float(line.split()[-1]))
    return 0


def test_the_model_is_given_the_texts_that_are_served_and_none_twice(options: LoadOptions) -> None:
    model = SteadyModel()
    run(options, model)
    # The first of each is the warm-up.
    asked = [text for texts in model.queries[1:] for text in texts]
    taken = [text for texts in model.texts[2:] for text in texts]

    assert len(model.queries) == 1 + options.rounds
    assert len(model.texts) == 2 + 3 * options.rounds
    assert len(set(asked)) == len(asked)
    assert len(set(taken)) == len(taken)
    assert not set(asked) & set(taken)


def test_without_a_model_there_are_no_ratios(options: LoadOptions) -> None:
    report = run(replace(options, pid=None, rounds=1))

    assert (report.raw, report.checks, report.memory) == ([], [], {})
    assert "raw model not measured" in render(report)


def test_the_table_shows_figures_bars_and_verdicts(options: LoadOptions) -> None:
    report = run(replace(options, rounds=1), SteadyModel())
    text = "\n".join([render(report), *verdicts(report.checks)])

    assert "search (searches)" in text
    assert "ONNX, one query (texts)" in text
    assert "at most 2 x" in text
    assert "at most 380 MB  pass" in text
    assert all(len(line) < 140 for line in text.splitlines()[2:])
    assert options.key not in text
    told = cells(shown(report), plots(report))
    assert "ONNX, one query (texts)" in told
    assert "resident memory before the load" in told


def test_without_a_server_it_starts_its_own(options: LoadOptions, tmp_path: Path) -> None:
    alone = replace(options, base_url="", key="", pid=None, cache_dir=tmp_path, model="none")
    report = run_alone(replace(alone, rounds=1), "hashing")

    assert [check.what for check in report.checks] == ["resident memory before the load"]
    assert report.memories == 150


def test_the_key_is_not_written_down(options: LoadOptions) -> None:
    run(replace(options, rounds=1))

    assert options.key not in json.dumps(written(options))


def test_every_run_has_agents_and_texts_of_its_own(options: LoadOptions) -> None:
    once, again = (run(replace(options, rounds=1)) for _ in range(2))

    assert once.seed != again.seed
    # The same texts once more are no duplicates, for the agent is another.
    run(replace(options, rounds=1, seed=once.seed))


def test_a_refused_key_ends_it(options: LoadOptions) -> None:
    with pytest.raises(LoadFailed, match="401"):
        run(replace(options, key="wrong"))
    assert options.out is not None
    assert not options.out.exists()


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_wrk_counts_beside_it(options: LoadOptions) -> None:
    report = run(replace(options, rounds=1, wrk=True))
    [figure] = [each for each in report.served if each.what == "search, sent by wrk"]

    assert figure.requests > 10
    assert figure.latency is not None
    assert 0 < figure.latency.p50_ms <= figure.latency.p99_ms
