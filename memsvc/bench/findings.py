"""What a benchmark found, in the one form in which all of them report.

A benchmark shows what it has (`Shown`); the command adds what it knows of itself: how it was
called, how long it took, and where. `tables` and `notes` are for people; programs that want every
figure of one benchmark read its own JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from pydantic import TypeAdapter, ValidationError

from memsvc.bench.client import LoadFailed
from memsvc.bench.figures import Check
from memsvc.bench.machine import MOST_OTHERS, Machine

KEPT, MISSED, UNMEASURED = 0, 1, 2
"""Exit statuses: every bar is kept; one is missed; the benchmark could not be carried out."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as they are read; the first of each row says what the row is about."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing as an SVG element, in colours for light and dark, with nothing from elsewhere."""

    title: str
    svg: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What one benchmark shows of its own report.

    `others` is the share of all cores that other programs used, where it was seen more closely
    than from the processor time of the whole command.
    """

    title: str
    tables: tuple[Table, ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    others: float | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """One benchmark, carried out.

    `command` does it again. `others` is the share of all cores that other programs used meanwhile,
    0 to 1; None where nobody knows. `failure` says why there are no figures; empty: there are.
    """

    name: str
    what: str
    command: str
    version: str
    machine: Machine
    seconds: float
    others: float | None
    shown: Shown
    plots: tuple[Plot, ...] = ()
    failure: str = ""

    @property
    def title(self) -> str:
        """What it is called among others."""
        return self.shown.title or self.name.capitalize()

    @property
    def began(self) -> str:
        """When it began, as ISO 8601 in UTC."""
        return self.machine.date

    @property
    def missed(self) -> list[Check]:
        """The bars that are missed."""
        return [check for check in self.shown.checks if not check.passed]

    @property
    def too_busy(self) -> bool:
        """Whether other programs used so much of the cores that figures are not to be trusted."""
        return self.others is not None and self.others > MOST_OTHERS

    @property
    def status(self) -> int:
        """The exit status of the command."""
        if self.failure:
            return UNMEASURED
        return MISSED if self.missed else KEPT


@dataclass(frozen=True, slots=True)
class _Held:
    findings: tuple[Findings, ...]


_ADAPTER = TypeAdapter(_Held)


def to_json(findings: Sequence[Findings]) -> bytes:
    """The findings for programs: `{"findings": [...]}`."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(_Held(tuple(findings)), option=options)


def of_json(told: bytes) -> tuple[Findings, ...]:
    """The findings that `to_json` wrote; raises LoadFailed for anything else."""
    try:
        return _ADAPTER.validate_json(told).findings
    except ValidationError as error:
        raise LoadFailed(f"this is no report of benchmarks: {error}") from error


def counted(findings: Sequence[Findings]) -> str:
    """How many bars are kept and missed, and how many benchmarks failed, in words."""
    bars = sum(len(one.shown.checks) for one in findings)
    missed = sum(len(one.missed) for one in findings)
    failed = sum(bool(one.failure) for one in findings)
    told = f"{bars - missed} of {bars} {'bar' if bars == 1 else 'bars'} kept, {missed} missed"
    if not bars:
        told = "no bars"
    if failed:
        told += f"; {failed} {'benchmark' if failed == 1 else 'benchmarks'} could not be measured"
    return told
