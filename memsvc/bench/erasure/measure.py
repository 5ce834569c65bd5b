"""The erasure benchmark: residue, other stores, relearning, latency; each part by its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from memsvc.bench.client import LoadFailed
from memsvc.bench.erasure.canaries import Embed
from memsvc.bench.erasure.databases import Databases, postgresql, sqlite
from memsvc.bench.erasure.latency import Forgetting, measure_forgetting
from memsvc.bench.erasure.others import Store, measure_others
from memsvc.bench.erasure.relearning import measure_relearning
from memsvc.bench.erasure.report import ErasureReport, render, to_json
from memsvc.bench.erasure.residue import Cell, measure_residue
from memsvc.bench.machine import this_machine
from memsvc.embedding.backend import Backend
from memsvc.embedding.batching import BatchingEmbedder
from memsvc.embedding.export import exported
from memsvc.embedding.hashing import HashingBackend
from memsvc.embedding.onnx import OnnxBackend

__all__ = ["PARTS", "ErasureOptions", "render", "run", "sizes_of"]

RESIDUE, OTHERS, RELEARNING, LATENCY = "residue", "others", "relearning", "latency"
PARTS = (RESIDUE, OTHERS, RELEARNING, LATENCY)
TIERS = ("shred", "store")
ONNX, HASHING = "onnx", "hashing"

SHORT, FULL = (20, 400), (250, 10_000)
"""Memories of each person of the residue part, and of all others."""

SHORT_SIZES, FULL_SIZES = ((1_000, 1_000),), tuple((n, 10_000) for n in (1_000, 10_000, 100_000))
"""Of the latency part: memories of others, and of the one who is forgotten."""

OTHERS_CANARIES = 40
SEED = 1


@dataclass(frozen=True, slots=True)
class ErasureOptions:
    """What to measure.

    `sizes` empty: those of the short or the `full` form. `database_url` names a PostgreSQL server
    whose role may create databases; empty: SQLite alone. `models` is the folder where exported
    models lie, for the vectors of the residue part. `python` is an interpreter that has the other
    stores; empty: this one.
    """

    models: Path
    parts: Sequence[str] = PARTS
    full: bool = False
    sizes: Sequence[tuple[int, int]] = ()
    database_url: str = ""
    backend: str = ONNX
    model: str = "all-MiniLM-L6-v2"
    python: str = ""
    index_budget_mb: int = 4096
    out: Path | None = None
    plot: Path | None = None


def run(
    options: ErasureOptions, progress: Callable[[str], None] = lambda _line: None
) -> ErasureReport:
    """Measure part after part; writes `out` as JSON and draws `plot`.

    Raises LoadFailed, before anything is measured when the plot cannot be drawn.
    """
    draw = _pen() if options.plot is not None else None
    cells: list[Cell] = []
    stores: list[Store] = []
    relearning = None
    if RESIDUE in options.parts or OTHERS in options.parts:
        with _embedder(options, progress) as embed:
            if RESIDUE in options.parts:
                cells = list(_cells(options, embed, progress))
            if OTHERS in options.parts:
                stores = measure_others(embed, OTHERS_CANARIES, options.python, progress)
    if RELEARNING in options.parts:
        relearning = measure_relearning(_embedding(options) | {"MEMSVC_DATABASE_URL": ""})
    report = ErasureReport(
        this_machine(),
        options.model if options.backend == ONNX else options.backend,
        cells,
        stores,
        relearning,
        list(_latencies(options, progress)) if LATENCY in options.parts else [],
    )
    if options.out is not None:
        options.out.write_text(to_json(report))
    if draw is not None and options.plot is not None:
        draw(report, options.plot)
    return report


def _pen() -> Callable[[ErasureReport, Path], None]:
    # It may be missing, which is better said now than in an hour.
    from memsvc.bench.erasure.plot import drawn  # noqa: PLC0415

    return drawn


def _cells(
    options: ErasureOptions, embed: Embed, progress: Callable[[str], None]
) -> Iterator[Cell]:
    sizes = FULL if options.full else SHORT
    with ExitStack() as opened:
        databases: list[Databases] = [opened.enter_context(sqlite())]
        if options.database_url:
            databases.append(opened.enter_context(postgresql(options.database_url)))
        for one in databases:
            for tier in TIERS:
                yield measure_residue(tier, one, _embedding(options), embed, sizes, progress)


def _latencies(options: ErasureOptions, progress: Callable[[str], None]) -> Iterator[Forgetting]:
    for others, of_person in options.sizes or (FULL_SIZES if options.full else SHORT_SIZES):
        yield measure_forgetting(others, of_person, options.index_budget_mb, SEED, progress)


def _embedding(options: ErasureOptions) -> dict[str, str]:
    return {
        "MEMSVC_EMBEDDING__BACKEND": options.backend,
        "MEMSVC_EMBEDDING__MODEL": options.model,
        "MEMSVC_EMBEDDING__MODEL_DIR": str(options.models.absolute()),
    }


@contextmanager
def _embedder(options: ErasureOptions, progress: Callable[[str], None]) -> Iterator[Embed]:
    """The service's model, run here: its vectors are looked for."""
    cores = os.cpu_count() or 1
    backend: Backend
    if options.backend == ONNX:
        backend = OnnxBackend(exported(options.model, options.models, progress), cores)
    elif options.backend == HASHING:
        backend = HashingBackend()
    else:
        raise LoadFailed(
            f"vectors of backend {options.backend} cannot be made here; set "
            f"MEMSVC_EMBEDDING__BACKEND={ONNX}"
        )
    with closing(BatchingEmbedder(backend, cores)) as embedder:

        def embed(texts: Sequence[str]) -> list[list[float]]:
            return [rows[0].tolist() for rows in embedder.embed(texts)]

        yield embed


def sizes_of(told: str) -> list[tuple[int, int]]:
    """`others:of_person` with commas, such as `100000:10000`; raises LoadFailed for another."""
    try:
        pairs = [one.split(":") for one in told.split(",") if one.strip()]
        return [(int(others), int(of_person)) for others, of_person in pairs]
    except ValueError:
        raise LoadFailed(f"{told} are no sizes such as 10000:1000,100000:10000") from None
