"""Commands: benchmarks."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from memsvc.cli.bench_decay import bench_decay
from memsvc.cli.bench_handbook import bench_handbook
from memsvc.cli.bench_offers import bench_offers
from memsvc.cli.terminal import DataDir, say, settings_with

bench_app = typer.Typer(help="Measure a server.", no_args_is_help=True)
bench_app.command("decay")(bench_decay)
bench_app.command("handbook")(bench_handbook)
bench_app.command("offers")(bench_offers)


@bench_app.command("load")
def bench_load(
    base_url: Annotated[str, typer.Option(help="The running server.")] = "http://127.0.0.1:8080",
    key: Annotated[str, typer.Option(envvar="MEMSVC_KEY", help="A key that may write.")] = "",
    data_dir: DataDir = None,
    memories: Annotated[int, typer.Option(help="Memories in the searched agent.")] = 10_000,
    rounds: Annotated[int, typer.Option(help="Rounds; the median counts.")] = 5,
    seconds: Annotated[float, typer.Option(help="Seconds of each measurement.")] = 2.0,
    pid: Annotated[int | None, typer.Option(help="The server's process, to see its RAM.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON here.")] = None,
    wrk: Annotated[bool, typer.Option("--wrk", help="Search at 8 clients with wrk.")] = False,
) -> None:
    """Measure single adds, bulk adds and searches beside the raw model, in the same run."""
    from memsvc.bench.load import LoadFailed, LoadOptions, render, run

    settings = settings_with(data_dir=data_dir)
    options = LoadOptions(
        base_url=base_url,
        key=key,
        data_dir=settings.data_dir,
        model=settings.embedding.model,
        memories=memories,
        rounds=rounds,
        seconds=seconds,
        pid=pid,
        out=out,
        wrk=wrk,
    )
    try:
        typer.echo(render(run(options)))
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)


@bench_app.command("crash")
def bench_crash(
    cycles: Annotated[int, typer.Option(help="How often the server is killed.")] = 200,
    clients: Annotated[int, typer.Option(help="Clients that change memories meanwhile.")] = 4,
    database_url: Annotated[
        str, typer.Option(envvar="MEMSVC_DATABASE_URL", help="An empty database; none: SQLite.")
    ] = "",
    seed: Annotated[int | None, typer.Option(help="For the same chances again.")] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Clients that have people forgotten instead.")
    ] = False,
) -> None:
    """Kill a server of its own under load, and compare what it said with what it remembers."""
    from memsvc.bench import crash, crash_forgetting
    from memsvc.bench.client import LoadFailed

    options = crash.CrashOptions(cycles, clients, database_url=database_url, seed=seed)
    report: crash.CrashReport | crash_forgetting.ForgetReport
    try:
        if forget:
            # The service looks after requests every second.
            report = crash_forgetting.run(replace(options, longest_s=3.0), say)
        else:
            report = crash.run(options, say)
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)
    typer.echo(str(report))
    sys.exit(0 if report.clean else 1)


@bench_app.command("scale")
def bench_scale(
    sizes: Annotated[
        str, typer.Option(help="Memories in one agent, each in turn, with commas.")
    ] = "1000,10000,100000",
    agents: Annotated[int, typer.Option(help="Agents of 100 memories; 0: none.")] = 0,
    index_budget_mb: Annotated[int, typer.Option(help="RAM for indexes.")] = 2048,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON here.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the sizes here, as .svg, .png or .pdf.")
    ] = None,
) -> None:
    """Measure a server of its own as one agent, or the number of agents, grows."""
    from memsvc.bench.client import LoadFailed
    from memsvc.bench.scale import ScaleOptions, rendered, run

    numbers = [int(one) for one in sizes.split(",") if one.strip()]
    options = ScaleOptions(numbers, agents, index_budget_mb=index_budget_mb, out=out, plot=plot)
    try:
        report = run(options, say)
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)
    for size in report.sizes:
        typer.echo(rendered(size))
    if report.many is not None:
        typer.echo(rendered(report.many))


@bench_app.command("locomo")
def bench_locomo(
    file: Annotated[Path, typer.Argument(help="Dialogs and questions, of LoCoMo or LongMemEval.")],
    base_url: Annotated[str, typer.Option(help="A running server; none: one of its own.")] = "",
    key: Annotated[str, typer.Option(envvar="MEMSVC_KEY", help="Its key that may write.")] = "",
    data_dir: DataDir = None,
    mode: Annotated[Literal["fast", "deep", "auto"], typer.Option(help="How to search.")] = "fast",
    limit_questions: Annotated[
        int | None, typer.Option(min=1, help="Questions at most, evenly spread; none: all.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the figures here, as .svg, .png or .pdf.")
    ] = None,
) -> None:
    """Measure how well what was said is found, beside plain search with the same model."""
    from memsvc.bench.client import LoadFailed

    settings = settings_with(data_dir=data_dir)
    embedding = settings.embedding
    try:
        from memsvc.bench.retrieval.measure import RetrievalOptions, render, run

        options = RetrievalOptions(
            file=file,
            models=embedding.model_dir or settings.data_dir / "models",
            model=embedding.model,
            backend=embedding.backend.value,
            base_url=base_url,
            key=key,
            mode=mode,
            limit=limit_questions,
            out=out,
            plot=plot,
        )
        typer.echo(render(run(options, say)))
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)


@bench_app.command("updates")
def bench_updates(
    file: Annotated[
        Path | None, typer.Argument(help="Updates of others, lines of JSON; none: memsvc's own.")
    ] = None,
    split: Annotated[
        Literal["dev", "heldout"], typer.Option(help="Which half of memsvc's own.")
    ] = "heldout",
    out: Annotated[Path | None, typer.Option("--json", help="Write the figures here.")] = None,
) -> None:
    """Measure whether an agent goes by what is true now, and takes nothing else for an update."""
    from memsvc.bench.client import LoadFailed
    from memsvc.bench.updates.measure import Options, run
    from memsvc.bench.updates.report import render, to_json

    try:
        report = run(Options(file=file, split=split), say)
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)
    if out is not None:
        out.write_bytes(to_json(report))
    typer.echo(render(report))


@bench_app.command("consolidation")
def bench_consolidation(
    episodes: Annotated[int, typer.Option(help="Turns that are consolidated.")] = 10_000,
    database_url: Annotated[
        str, typer.Option(envvar="MEMSVC_DATABASE_URL", help="An empty database; none: SQLite.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON here.")] = None,
) -> None:
    """Consolidate on a server of its own: how long, what searches feel of it, what it harms."""
    from memsvc.bench.client import LoadFailed
    from memsvc.bench.consolidation import ConsolidationOptions, render, run

    try:
        report = run(ConsolidationOptions(episodes, database_url, out=out))
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)
    typer.echo(render(report))
    sys.exit(0 if report.passed else 1)


@bench_app.command("erasure")
def bench_erasure(
    parts: Annotated[
        str, typer.Option(help="What to measure, with commas.")
    ] = "residue,others,relearning,latency",
    full: Annotated[
        bool, typer.Option("--full", help="The figures of docs/benchmarks.md.")
    ] = False,
    sizes: Annotated[
        str, typer.Option(help="Memories of others and of the forgotten, as 100000:10000,...")
    ] = "",
    database_url: Annotated[
        str,
        typer.Option(
            envvar="MEMSVC_DATABASE_URL",
            help="A PostgreSQL server whose role may create databases; none: SQLite alone.",
        ),
    ] = "",
    stores_python: Annotated[
        str, typer.Option(help="An interpreter that has other stores; none: this one.")
    ] = "",
    index_budget_mb: Annotated[int, typer.Option(help="RAM for indexes.")] = 4096,
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option("--report", help="Write the figures as JSON.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the latencies here, as .svg, .png or .pdf.")
    ] = None,
) -> None:
    """Look for what is left after forgetting, here and in other stores, and time it."""
    from memsvc.bench.client import LoadFailed

    settings = settings_with(data_dir=data_dir)
    embedding = settings.embedding
    try:
        from memsvc.bench.erasure.measure import ErasureOptions, render, run, sizes_of

        options = ErasureOptions(
            models=embedding.model_dir or settings.data_dir / "models",
            parts=[one.strip() for one in parts.split(",") if one.strip()],
            full=full,
            sizes=sizes_of(sizes),
            database_url=database_url,
            backend=embedding.backend.value,
            model=embedding.model,
            python=stores_python,
            index_budget_mb=index_budget_mb,
            out=out,
            plot=plot,
        )
        report = run(options, say)
    except LoadFailed as error:
        say(f"memsvc: {error}")
        sys.exit(1)
    typer.echo(render(report))
    sys.exit(0 if report.passed else 1)
