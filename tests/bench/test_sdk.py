"""The benchmark of the SDK, on a small scale with the test double of a model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import orjson

from memsvc.bench.machine import this_machine
from memsvc.bench.sdk import Compared, SdkOptions, SdkReport, plots, render, run, shown
from memsvc.bench.verdicts import verdicts


def test_it_measures_the_sdk_beside_httpx(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    options = SdkOptions(tmp_path / "models", "none", "hashing", memories=20, rounds=5, out=out)

    report = run(options, lambda _line: None)

    told = orjson.loads(out.read_bytes())
    assert [one["what"] for one in told["compared"]] == [
        "search, new words", "search, known words", "write"
    ]  # fmt: skip
    assert all(one.clients[0].ratio == 1.0 and one.overhead > 0 for one in report.compared)
    assert "20 memories, 5 rounds" in render(report)
    assert [check.what for check in shown(report).checks] == [
        f"{table.title}: SDK, of httpx's time" for table in shown(report).tables
    ]
    assert [row[0] for row in shown(report).tables[2].rows] == ["httpx", "httpx with a key", "SDK"]
    assert ">write, SDK</text>" in plots(report)[0].svg


def test_every_thing_has_to_pass() -> None:
    fast, slow = (Compared("x", [], overhead) for overhead in (1.1, 1.11))
    report = SdkReport(this_machine(), 10, 1, [fast, fast])
    missing = replace(report, compared=[fast, slow])

    assert report.passed
    assert not missing.passed
    assert [check.passed for check in shown(missing).checks] == [True, False]
    assert "111.00 %  at most 110 %  MISS" in "\n".join(verdicts(shown(missing).checks))
