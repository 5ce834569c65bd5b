"""The benchmark of indexes in PostgreSQL, on a small scale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import typer
from typer.testing import CliRunner

from memsvc.bench.pgvector import PgvectorOptions, plots, rendered, run, shown
from memsvc.cli.bench import bench_app
from memsvc.cli.commands import app
from memsvc.store.pgvector.indexes import PgVector, has_indexes

COMMANDS: dict[str, Any] = getattr(typer.main.get_command(bench_app), "commands")  # noqa: B009


def test_it_measures_recall_under_every_filter(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"

    report = run(PgvectorOptions(memories=1000, questions=5, out=out))

    assert orjson.loads(out.read_bytes())["memories"] == 1000
    told = shown(report)
    assert [row[0] for row in told.tables[0].rows] == [one.filter for one in report.asked]
    assert all(check.passed for check in told.checks)
    assert told.notes == tuple(rendered(report).splitlines()[:3])
    assert ">RAM</text>" in plots(report)[0].svg

    poor = replace(report.asked[0], recall=0.97, ram_recall=None, ram_p50=None, ram_p95=None)
    missed = replace(report, asked=[poor], ram_mb=None, ram_build_s=None)
    assert [check.passed for check in shown(missed).checks] == [False]
    assert shown(missed).tables[0].rows[0][-3:] == ("", "", "")
    assert ">RAM</text>" not in plots(missed)[0].svg


def test_a_database_with_indexes_is_left_alone(postgres_url: str) -> None:
    of_service = PgVector(postgres_url, "hashing", 8)
    of_service.prepare()
    of_service.begin(1)
    before = of_service.heads()
    given = ["--memories", "1000", "--questions", "5", "--database-url", postgres_url]

    refused = CliRunner().invoke(app, ["bench", "pgvector", *given])

    assert refused.exit_code == 2
    assert "lie in this database" in refused.output
    assert len(before) == 1
    assert of_service.heads() == before
    of_service.close()


def test_an_empty_database_is_empty_again(postgres_url: str) -> None:
    options = PgvectorOptions(memories=1000, questions=2, in_ram=False, database_url=postgres_url)

    assert run(options).memories == 1000
    assert not has_indexes(postgres_url)


def test_it_does_not_go_to_the_database_of_the_service() -> None:
    [told] = [one for one in COMMANDS["pgvector"].params if one.name == "database_url"]

    assert told.envvar is None
