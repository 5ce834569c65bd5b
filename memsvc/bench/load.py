"""How much load a running server bears, beside the model's own speed in the same minutes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from memsvc.bench.client import LoadFailed, Target
from memsvc.bench.machine import Memory, memory_of, this_machine
from memsvc.bench.raw import ChildModel, RawModel
from memsvc.bench.readings import BULK, checks, raw_figures, served_figures
from memsvc.bench.report import Report, plots, render, shown, to_json
from memsvc.bench.rounds import Rounds, memories_path, question, search_path, writes
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import KEY, served

__all__ = [
    "LoadFailed", "LoadOptions", "Report", "plots", "render", "run", "run_alone", "shown",
]  # fmt: skip

FILLERS = 2
MODELS = "models"
ONNX = "onnx"


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What to measure.

    `model` None leaves the raw figures and their ratios out; `cache_dir` None: `models` in the
    server's `data_dir`, where its export lies already. A `seed` given twice to one server asks
    the same queries twice, and the server remembers them; None: a new one.
    """

    base_url: str = "http://127.0.0.1:8080"
    key: str = ""
    data_dir: Path = Path("memsvc-data")
    cache_dir: Path | None = None
    model: str | None = "all-MiniLM-L6-v2"
    memories: int = 10_000
    rounds: int = 5
    seconds: float = 2.0
    clients: int = 8
    pid: int | None = None
    out: Path | None = None
    wrk: bool = False
    seed: int | None = None


def run(options: LoadOptions, raw: RawModel | None = None) -> Report:
    """Fill an agent, measure in rounds, write `out`; raises LoadFailed on any answer but 2xx.

    The server's model is to be `options.model`. The memories stay in agents named `bench-…`.
    """
    target = Target(options.base_url, options.key)
    seed = secrets.randbits(32) if options.seed is None else options.seed
    name = f"bench-{secrets.token_hex(4)}"
    machine = this_machine()
    memory = dict(_memory(options.pid, "before"))
    with ExitStack() as opened:
        bar = opened.enter_context(_progress())
        if raw is None and options.model is not None:
            folder = options.cache_dir or options.data_dir / MODELS
            raw = opened.enter_context(ChildModel(options.model, folder, bar.console.print))
        rounds = Rounds(
            target=target,
            raw=raw,
            sentences=Sentences(seed),
            searched=name,
            written=f"{name}-writes",
            clients=options.clients,
            seconds=options.seconds,
            with_wrk=options.wrk,
        )
        fill_per_second = _fill(rounds, options.memories, bar)
        memory |= _memory(options.pid, "filled")
        rounds.warm_up()
        for number in bar.track(range(options.rounds), description="Rounds"):
            rounds.measure(number)
        memory |= _memory(options.pid, "after")
    readings = rounds.readings
    _check_count(target, rounds.written, readings.texts_written())
    report = Report(
        server=str(target.ask("GET", "/healthz")["version"]),
        agent=name,
        model=options.model,
        seed=seed,
        memories=options.memories,
        rounds=options.rounds,
        seconds=options.seconds,
        fill_per_second=fill_per_second,
        machine=machine,
        others=rounds.pauses.others,
        memory=memory,
        raw=raw_figures(readings),
        served=served_figures(readings, options.clients),
        checks=checks(readings, options.clients, memory.get("before")),
    )
    if options.out is not None:
        options.out.write_bytes(to_json(report))
    return report


def run_alone(options: LoadOptions, backend: str) -> Report:
    """The same on a server of its own; without `backend` onnx there are no raw figures."""
    models = options.cache_dir or options.data_dir / MODELS
    environment = {
        "MEMSVC_DATABASE_URL": "",
        "MEMSVC_EMBEDDING__BACKEND": backend,
        "MEMSVC_EMBEDDING__MODEL_DIR": str(models.absolute()),
    }
    if options.model is not None:
        environment["MEMSVC_EMBEDDING__MODEL"] = options.model
    with served(environment) as server:
        there = replace(
            options,
            base_url=str(server.client.base_url),
            key=KEY,
            pid=server.process.pid,
            model=options.model if backend == ONNX else None,
        )
        return run(there)


def _memory(pid: int | None, when: str) -> Iterator[tuple[str, Memory]]:
    if pid is not None:
        yield when, memory_of(pid)


def _fill(rounds: Rounds, memories: int, bar: Progress) -> float:
    """Write the searched agent's memories; texts a second."""
    target = rounds.target
    texts = rounds.sentences.statements(memories)
    requests = writes(target, rounds.searched, texts, BULK)
    with _counted(bar, "Filling", len(requests)) as step:
        sample = target.drive(requests, FILLERS, answered=step)
    _check_count(target, rounds.searched, memories)
    first = rounds.sentences.questions(1)[0]
    if not target.ask("POST", search_path(rounds.searched), question(first))["results"]:
        raise LoadFailed("a search among the memories just written found nothing")
    return memories / sample.seconds


def _check_count(target: Target, agent: str, expected: int) -> None:
    """Every text answered 2xx is a memory of its own; else the figures mean something else."""
    total = target.ask("GET", f"{memories_path(agent)}?limit=1")["total"]
    if total != expected:
        raise LoadFailed(f"agent {agent} has {total} memories, but {expected} were written")


def _progress() -> Progress:
    # Redrawn rarely and without its thread: it must not use the cores that are measured.
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        auto_refresh=False,
    )


@contextmanager
def _counted(bar: Progress, what: str, total: int) -> Iterator[Callable[[], None]]:
    task = bar.add_task(what, total=total)

    def step() -> None:
        bar.advance(task)
        bar.refresh()

    yield step
