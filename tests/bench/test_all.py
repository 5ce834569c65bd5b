"""The commands: all benchmarks write reports, and one command runs them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from memsvc.bench import suite
from memsvc.bench.findings import of_json
from memsvc.bench.suite import FULL, SHORT, Words, runs
from memsvc.cli.bench import bench_app
from memsvc.cli.commands import app
from tests.bench.pages import elements, texts

COMMANDS: dict[str, Any] = getattr(typer.main.get_command(bench_app), "commands")  # noqa: B009
DECAY = ("--memories", "60")


@pytest.fixture(autouse=True)
def hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMSVC_EMBEDDING__BACKEND", "hashing")


def few(monkeypatch: pytest.MonkeyPatch, **options: list[Words]) -> None:
    monkeypatch.setattr(suite, "SHORT", options)


def invoked(*words: str | Path) -> Any:
    return CliRunner().invoke(app, ["bench", *map(str, words)])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_benchmark_writes_a_report(name: str, tmp_path: Path) -> None:
    options = [word for one in COMMANDS[name].params for word in one.opts]

    assert options.count("--report") == 1
    arguments = [str(tmp_path)] if name == "locomo" else []
    for file, reason in ((tmp_path / "report.txt", "neither"), (tmp_path / "no/a.html", "folder")):
        refused = invoked(name, *arguments, "--report", file)
        assert refused.exit_code == 2
        assert reason in refused.stderr


def test_all_runs_every_benchmark() -> None:
    assert {*SHORT} == {*FULL} == {*COMMANDS} - {"all"}


def test_every_option_of_the_suite_is_one_of_its_command(tmp_path: Path) -> None:
    files = {"locomo": tmp_path, "updates": tmp_path}
    planned: list[Words] = []
    for full in (False, True):
        planned = list(runs(list(SHORT), full=full, files=files, data_dir=tmp_path))
        assert {name for name, *_ in planned} == set(SHORT)
        for name, *options in planned:
            known = {word for one in COMMANDS[name].params for word in one.opts}
            assert {word for word in options if word.startswith("--")} <= known
    kept = list(runs(["locomo", "updates"], full=False, files={}, data_dir=tmp_path))
    model = ("--data-dir", str(tmp_path))
    assert kept == [("updates", *model)]
    own, of_file = (words[1:] for words in planned if words[0] == "updates")
    assert (own, of_file) == (model, (str(tmp_path), *model))


def test_a_report_of_one(tmp_path: Path) -> None:
    page, told = tmp_path / "report.html", tmp_path / "report.json"
    done = invoked("decay", *DECAY, "--report", page, "--json", tmp_path / "own.json")
    again = invoked("decay", *DECAY, "--report", told)

    assert (done.exit_code, again.exit_code) == (0, 0), done.output
    root = elements(page.read_text(encoding="utf-8"))
    assert "memsvc bench decay --memories 60" in texts(root, "code")
    assert "memorybank" in texts(root, "th")
    [findings] = of_json(told.read_bytes())
    assert (findings.name, findings.command) == ("decay", "memsvc bench decay --memories 60")
    assert findings.what.startswith("Compare how well policies")
    assert len(findings.plots) == 2


def test_all_of_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch, decay=[DECAY], crash=[("--cycles", "1")], locomo=[()])
    monkeypatch.setenv("MEMSVC_DATABASE_URL", "nothing://of-somebody")
    page = tmp_path / "report.html"
    done = invoked("all", "--data-dir", tmp_path, "--report", page)

    assert done.exit_code == 0, done.output
    assert "4 of 4 bars kept, 0 missed" in done.stdout
    assert "[2 of 2] memsvc bench crash --cycles 1" in done.stderr
    assert "left out: locomo, which needs --locomo FILE" in done.stderr
    root = elements(page.read_text(encoding="utf-8"))
    assert texts(root, "code") == [
        "memsvc bench decay --memories 60",
        "memsvc bench crash --cycles 1",
    ]
    assert texts(root, "td").count("pass") == 8
    assert "Left out: locomo." in texts(root, "p")


def test_one_that_fails_is_told_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, handbook=[("--nonsense",)], decay=[("--log", str(tmp_path / "none")), DECAY])
    told = tmp_path / "report.json"
    done = invoked("all", "--data-dir", tmp_path, "--report", told)

    assert done.exit_code == 2
    assert "2 benchmarks could not be measured" in done.stdout
    wrong, unread, good = of_json(told.read_bytes())
    assert "--nonsense" in wrong.failure
    assert wrong.command == "memsvc bench handbook --nonsense"
    assert "cannot be read" in unread.failure
    assert good.failure == ""
    assert good.shown.tables


def test_one_that_misses_a_bar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few(monkeypatch, handbook=[("--seeds", "1", "--tasks", "1000")])
    done = invoked("all", "--data-dir", tmp_path)

    # A thousand tasks are too few to retire what harms.
    assert done.exit_code == 1
    assert "1 of 2 bars kept, 1 missed" in done.stdout


def test_one_that_takes_too_long_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(monkeypatch, crash=[("--cycles", "1000")])
    done = invoked("all", "--data-dir", tmp_path, "--limit-minutes", "0.05")

    assert done.exit_code == 2
    assert "Crash: could not be measured" in done.stdout


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--only", "decay,nothing"], "no benchmark nothing"),
        (["--skip", "nothing"], "no benchmark nothing"),
        (["--only", "decay", "--skip", "decay"], "nothing is left"),
        (["--locomo", "nowhere.json"], "is no file"),
    ],
)
def test_what_all_refuses(options: list[str], reason: str, tmp_path: Path) -> None:
    refused = invoked("all", "--data-dir", tmp_path, *options)

    assert refused.exit_code == 2
    assert reason in " ".join(refused.stderr.replace("│", " ").split())


def test_what_a_machine_lacks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "POSTGRESQL", "no_such_package")
    done = invoked("all", "--data-dir", tmp_path, "--only", "replicas,pgvector")

    assert done.exit_code == 2
    for name in ("replicas", "pgvector"):
        assert f"left out: {name}, which needs no-such-package" in done.stderr


def test_a_report_keeps_secrets(tmp_path: Path) -> None:
    told = tmp_path / "report.json"
    secret = "nothing://me:a-password@127.0.0.1:9/none"
    done = invoked("load", "--key", "a-key-of-mine", "--base-url", "http://127.0.0.1:9",
                   "--report", told)  # fmt: skip
    assert done.exit_code == 2
    [findings] = of_json(told.read_bytes())
    assert '--key "$MEMSVC_KEY"' in findings.command
    assert "does not answer" in findings.failure
    assert b"a-key-of-mine" not in told.read_bytes()

    done = invoked("crash", "--cycles", "1", "--database-url", secret, "--report", told)
    assert done.exit_code == 2
    [findings] = of_json(told.read_bytes())
    assert '--database-url "$DATABASE_URL"' in findings.command
    assert b"a-password" not in told.read_bytes()
