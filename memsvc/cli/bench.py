"""Commands: benchmarks. All of them end as `memsvc.cli.measuring` says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from memsvc.cli.bench_all import bench_all
from memsvc.cli.bench_client import bench_client
from memsvc.cli.bench_decay import bench_decay
from memsvc.cli.bench_erasure import bench_erasure
from memsvc.cli.bench_handbook import bench_handbook
from memsvc.cli.bench_locomo import bench_locomo
from memsvc.cli.bench_offers import bench_offers
from memsvc.cli.bench_pgvector import bench_pgvector
from memsvc.cli.bench_probes import bench_probes
from memsvc.cli.bench_replicas import bench_replicas
from memsvc.cli.bench_stats import bench_stats
from memsvc.cli.bench_updates import bench_updates
from memsvc.cli.measuring import ReportFile, measuring, model_of
from memsvc.cli.terminal import DataDir, say, settings_with

ADDRESS = "http://127.0.0.1:8080"

bench_app = typer.Typer(
    help="Measure a server. Exit status 1: a bar is missed; 2: it could not be measured.",
    no_args_is_help=True,
)
bench_app.command("all")(bench_all)
bench_app.command("client")(bench_client)
bench_app.command("decay")(bench_decay)
bench_app.command("erasure")(bench_erasure)
bench_app.command("handbook")(bench_handbook)
bench_app.command("locomo")(bench_locomo)
bench_app.command("offers")(bench_offers)
bench_app.command("pgvector")(bench_pgvector)
bench_app.command("probes")(bench_probes)
bench_app.command("stats")(bench_stats)
bench_app.command("updates")(bench_updates)
bench_app.command("replicas")(bench_replicas)


@bench_app.command("load")
def bench_load(
    context: typer.Context,
    base_url: Annotated[
        str, typer.Option(help=f"The running server; none: with a key {ADDRESS}, else its own.")
    ] = "",
    key: Annotated[str, typer.Option(envvar="MEMSVC_KEY", help="A key that may write.")] = "",
    data_dir: DataDir = None,
    memories: Annotated[int, typer.Option(help="Memories in the searched agent.")] = 10_000,
    rounds: Annotated[int, typer.Option(help="Rounds; the median counts.")] = 5,
    seconds: Annotated[float, typer.Option(help="Seconds of each measurement.")] = 2.0,
    pid: Annotated[int | None, typer.Option(help="The server's process, to see its RAM.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON here.")] = None,
    wrk: Annotated[bool, typer.Option("--wrk", help="Search at 8 clients with wrk.")] = False,
    report: ReportFile = None,
) -> None:
    """Measure single adds, bulk adds and searches beside the raw model, in the same run."""
    from memsvc.bench.load import LoadOptions, plots, render, run, run_alone, shown

    settings = settings_with(data_dir=data_dir)
    embedding = settings.embedding
    options = LoadOptions(
        base_url=base_url or ADDRESS,
        key=key,
        data_dir=settings.data_dir,
        cache_dir=embedding.model_dir,
        model=embedding.model,
        memories=memories,
        rounds=rounds,
        seconds=seconds,
        pid=pid,
        out=out,
        wrk=wrk,
    )
    with measuring(context, report) as bench:
        if base_url or key or pid is not None:
            found = run(options)
        else:
            found = run_alone(options, embedding.backend.value)
        bench.tell(render(found), shown(found), lambda: plots(found))


@bench_app.command("crash")
def bench_crash(
    context: typer.Context,
    cycles: Annotated[int, typer.Option(help="How often the server is killed.")] = 200,
    clients: Annotated[int, typer.Option(help="Clients that change memories meanwhile.")] = 4,
    database_url: Annotated[str, typer.Option(help="An empty database; none: SQLite.")] = "",
    seed: Annotated[int | None, typer.Option(help="For the same chances again.")] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Clients that have people forgotten instead.")
    ] = False,
    report: ReportFile = None,
) -> None:
    """Kill a server of its own under load, and compare what it said with what it remembers."""
    from memsvc.bench import crash, crash_forgetting

    options = crash.CrashOptions(cycles, clients, database_url=database_url, seed=seed)
    with measuring(context, report) as bench:
        if forget:
            # The service looks after requests every second.
            left = crash_forgetting.run(replace(options, longest_s=3.0), say)
            bench.tell(str(left), crash_forgetting.shown(left))
        else:
            found = crash.run(options, say)
            bench.tell(str(found), crash.shown(found))


@bench_app.command("scale")
def bench_scale(
    context: typer.Context,
    sizes: Annotated[
        str, typer.Option(help="Memories in one agent, each in turn, with commas.")
    ] = "1000,10000,100000",
    agents: Annotated[int, typer.Option(help="Agents of 100 memories; 0: none.")] = 0,
    index_budget_mb: Annotated[int, typer.Option(help="RAM for indexes.")] = 2048,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON here.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the sizes here, as .svg, .png or .pdf.")
    ] = None,
    report: ReportFile = None,
) -> None:
    """Measure a server of its own as one agent, or the number of agents, grows."""
    from memsvc.bench.scale import ScaleOptions, plots, rendered, run, shown

    numbers = [int(one) for one in sizes.split(",") if one.strip()]
    options = ScaleOptions(numbers, agents, index_budget_mb=index_budget_mb, out=out, plot=plot)
    with measuring(context, report) as bench:
        found = run(options, say)
        lines = [rendered(size) for size in found.sizes]
        if found.many is not None:
            lines.append(rendered(found.many))
        bench.tell("\n".join(lines), shown(found), lambda: plots(found))


@bench_app.command("consolidation")
def bench_consolidation(
    context: typer.Context,
    episodes: Annotated[int, typer.Option(help="Turns that are consolidated.")] = 10_000,
    database_url: Annotated[str, typer.Option(help="An empty database; none: SQLite.")] = "",
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures as JSON here.")] = None,
    report: ReportFile = None,
) -> None:
    """Consolidate on a server of its own: how long, what searches feel of it, what it harms."""
    from memsvc.bench.consolidation import ConsolidationOptions, plots, render, run, shown

    options = ConsolidationOptions(episodes, database_url, out=out, environment=model_of(data_dir))
    with measuring(context, report) as bench:
        found = run(options)
        bench.tell(render(found), shown(found), lambda: plots(found))
