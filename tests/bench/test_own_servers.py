"""Servers of a benchmark are nobody else's, and what they are filled with is made up."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from memsvc.bench.client import LoadFailed
from memsvc.bench.emptiness import require_empty
from memsvc.bench.findings import of_json
from memsvc.bench.served import environment_of_its_own, served
from memsvc.cli.commands import app


def test_nothing_of_a_service_that_runs_here_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs.db"
    monkeypatch.setenv("MEMSVC_DATABASE_URL", f"sqlite:///{theirs}")
    monkeypatch.setenv("MEMSVC_ERASURE_LEDGER", str(tmp_path / "their.ledger"))
    monkeypatch.setenv("memsvc_index__pgvector", "vectors")
    monkeypatch.setenv("MEMSVC_EMBEDDING__BACKEND", "hashing")

    with served({}) as server:
        draft = {"memories": [{"content": "It rains."}]}
        assert server.ask("POST", "/v1/agents/a1/memories", draft).status_code == 201
        assert (server.folder / "memsvc.db").exists()

    assert list(tmp_path.iterdir()) == []


def test_what_a_benchmark_sets_itself_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMSVC_DATABASE_URL", "sqlite:///theirs.db")
    monkeypatch.setenv("MEMSVC_EMBEDDING__MODEL", "theirs")

    found = environment_of_its_own({"MEMSVC_DATABASE_URL": "postgresql://empty"})

    assert found["MEMSVC_DATABASE_URL"] == "postgresql://empty"
    assert found["MEMSVC_EMBEDDING__MODEL"] == "theirs"
    assert "PATH" in found


def test_a_database_that_is_somebodys_is_left_alone(postgres_url: str, tmp_path: Path) -> None:
    require_empty(postgres_url)
    require_empty("")
    require_empty(f"sqlite:///{tmp_path / 'new.db'}")
    (tmp_path / "theirs.db").touch()
    with pytest.raises(LoadFailed, match="name a new one"):
        require_empty(f"sqlite:///{tmp_path / 'theirs.db'}")
    with closing(psycopg.connect(postgres_url, autocommit=True)) as connection:
        connection.execute("CREATE TABLE theirs (one int)")

    with pytest.raises(LoadFailed, match="name an empty one"):
        require_empty(postgres_url)


@pytest.mark.parametrize("name", ["crash", "consolidation", "offers", "stats", "replicas"])
def test_every_benchmark_looks_before_it_writes(
    name: str, postgres_url: str, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    with closing(psycopg.connect(postgres_url, autocommit=True)) as connection:
        connection.execute("CREATE TABLE theirs (one int)")
        words = ["bench", name, "--database-url", postgres_url, "--report", str(report)]
        done = CliRunner().invoke(app, words)
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()

    assert done.exit_code == 2
    [findings] = of_json(report.read_bytes())
    assert "name an empty one" in findings.failure
    assert tables == [("theirs",)]


def test_a_database_that_does_not_open_is_told_without_its_password() -> None:
    with pytest.raises(LoadFailed) as refused:
        require_empty("postgresql://me:a-password@127.0.0.1:9/none")

    assert "a-password" not in str(refused.value)
    assert "opens" in str(refused.value)


def test_what_nobody_foresaw_is_no_missed_bar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("postgresql://me:a-password@somewhere")

    monkeypatch.setattr("memsvc.bench.decay.measure.run", broken)
    report = tmp_path / "report.json"
    done = CliRunner().invoke(app, ["bench", "decay", "--memories", "60", "--report", str(report)])

    assert done.exit_code == 2
    assert b"a-password" not in report.read_bytes()
    [findings] = of_json(report.read_bytes())
    assert findings.failure.startswith("ZeroDivisionError")
