"""The figures of simulated handbooks, in the form of all benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.handbook.measure import World
from memsvc.bench.handbook.report import SettingFigures, checks, rows


def shown(found: Mapping[str, SettingFigures]) -> Shown:
    """Every figure of every setting."""
    heads, *others = (tuple(row) for row in rows(found))
    table = Table("Handbooks, by how the effects of their behaviors are", heads, tuple(others))
    return Shown("Handbook", tables=(table,), checks=tuple(checks(found)))


def plots(worlds: Mapping[str, Sequence[World]], tasks: int) -> tuple[Plot, ...]:
    """Retirements, regret and intervals; raises LoadFailed without matplotlib."""
    from memsvc.bench.handbook.plot import pictured  # noqa: PLC0415 - it may be missing
    from memsvc.bench.plot import plot_of  # noqa: PLC0415 - the same

    title = "What is retired and when, success missed, and intervals beside the truth"
    return (plot_of(pictured(worlds, tasks), title),)
