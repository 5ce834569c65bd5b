"""How a service grows: one agent with ever more memories, and many agents with few.

Servers of our own with vectors made by hashing words, since embedding a million texts would take
an hour and changes nothing here: the index holds as many vectors of the same length either way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from memsvc.bench.grown import Size, measure_size
from memsvc.bench.machine import Machine, this_machine
from memsvc.bench.many import Many, measure_many


@dataclass(frozen=True, slots=True)
class ScaleOptions:
    """`sizes` of one agent, each in a service of its own; `agents` of `memories_each`, 0: none."""

    sizes: Sequence[int] = (1_000, 10_000, 100_000)
    agents: int = 0
    memories_each: int = 100
    index_budget_mb: int = 2048
    seed: int = 1
    out: Path | None = None
    plot: Path | None = None


@dataclass(frozen=True, slots=True)
class ScaleReport:
    """What was measured, and where."""

    machine: Machine
    sizes: Sequence[Size]
    many: Many | None


def run(options: ScaleOptions, progress: Callable[[str], None] = lambda _line: None) -> ScaleReport:
    """Measure each size in turn; writes `out` as JSON and draws `plot`.

    Raises LoadFailed, before anything is measured when the plot cannot be drawn.
    """
    draw = _pen() if options.plot is not None else None
    sizes = []
    for memories in options.sizes:
        sizes.append(measure_size(memories, options.index_budget_mb, options.seed, progress))
        progress(rendered(sizes[-1]))
    many = None
    if options.agents:
        many = measure_many(
            options.agents, options.memories_each, options.index_budget_mb, options.seed, progress
        )
    report = ScaleReport(this_machine(), sizes, many)
    if options.out is not None:
        options.out.write_text(json.dumps(asdict(report), indent=2) + "\n")
    if draw is not None and options.plot is not None:
        draw(sizes, options.plot)
    return report


def _pen() -> Callable[[Sequence[Size], Path], None]:
    # It may be missing, which is better said now than in an hour.
    from memsvc.bench.plot import drawn  # noqa: PLC0415

    return drawn


def rendered(figures: Size | Many) -> str:
    """One line of name=figure."""
    shown = {name: round(value, 2) for name, value in asdict(figures).items()}
    return "  ".join(f"{name}={value:,}" for name, value in shown.items())
