"""The result of the erasure benchmark, as tables for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from memsvc.bench.erasure.latency import Beside, Forgetting
from memsvc.bench.erasure.others import Store
from memsvc.bench.erasure.relearning import Relearning
from memsvc.bench.erasure.residue import Cell
from memsvc.bench.erasure.scanning import Look
from memsvc.bench.figures import Check
from memsvc.bench.machine import Machine
from memsvc.bench.report import table

RESTRICTED_S, ERASED_S = 1.0, 60.0
LATER = ("erased", "purged", "verified", "closed")
CLOCKS = ("202", "restricted", *LATER, "rewriting survivors", "index load")
TIMES = ("search p50", "p99", "longest", "write p50", "p99", "longest")


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What was measured, and where; a part that was left out is empty.

    `model` made the vectors that were looked for; times of forgetting are taken with vectors made
    by hashing words.
    """

    machine: Machine
    model: str
    cells: Sequence[Cell]
    stores: Sequence[Store]
    relearning: Relearning | None
    latencies: Sequence[Forgetting]

    @property
    def checks(self) -> list[Check]:
        """What is held against a bar."""
        found = [
            Check.of(f"canaries left, {one.tier} on {one.database}", "at most", 0, [one.left], "")
            for one in self.cells
        ]
        for one in self.latencies:
            who = f"{one.of_person:,} among {one.others:,}"
            found += [
                Check.of(f"restricted, {who}", "at most", RESTRICTED_S, [one.restricted_s], "s"),
                Check.of(f"erased, {who}", "at most", ERASED_S, [one.erased_s], "s"),
                Check.of(f"shown afterwards, {who}", "at most", 0, [one.shown_after], ""),
            ]
        blind = sum(not one.is_sound for one in self.cells)
        if self.cells:
            found.append(Check.of("looks that saw nothing before", "at most", 0, [blind], ""))
        if self.relearning is not None:
            again = self.relearning
            back = again.turns - again.replayed.get("suppressed", 0)
            found += [
                Check.of("turns replayed that were let in", "at most", 0, [back], ""),
                Check.of("searches that found one of them", "at most", 0, [again.found], ""),
            ]
        return found

    @property
    def passed(self) -> bool:
        """Whether nothing is left, nothing came back, every bar is kept, and every look saw."""
        return all(check.passed for check in self.checks)


def to_json(report: ErasureReport) -> str:
    """The report for programs."""
    held = asdict(report) | {"passed": report.passed}
    held["checks"] = [asdict(one) for one in report.checks]
    for cell, shown in zip(report.cells, held["cells"], strict=True):
        shown["left"] = cell.left
        shown["looks"] = {step: _look_json(look) for step, look in cell.looks.items()}
    return json.dumps(held, indent=2) + "\n"


def _look_json(look: Look) -> dict[str, Any]:
    found = [
        {"place": place, "shape": shape, "needles": count}
        for (place, shape), count in sorted(look.found.items())
    ]
    told = ("needles", "shapes", "files", "bytes", "unopened")
    return {name: getattr(look, name) for name in told} | {"found": found}


def render(report: ErasureReport) -> str:
    """The report for people."""
    return "\n".join(_lines(report))


def _lines(report: ErasureReport) -> Iterator[str]:
    machine = report.machine
    yield (
        f"{machine.date}; {machine.cpu}, {machine.cores} cores, load {machine.load_average}; "
        f"vectors looked for: {report.model}"
    )
    yield ""
    for cell in report.cells:
        yield from _cell(cell)
    if report.stores:
        yield from _stores(report.stores)
    if report.relearning is not None:
        yield from _relearning(report.relearning)
    if report.latencies:
        yield from _latencies(report.latencies)


def _cell(cell: Cell) -> Iterator[str]:
    after = cell.after
    yield (
        f"Residue, tier {cell.tier} on {cell.database}: {cell.canaries} canaries in {after.shapes} "
        f"shapes among {cell.memories} memories, {after.files} files, {after.bytes / 1e6:.1f} MB"
    )
    rows = [
        (f"{place}, {shape}", _count(cell.before, place, shape), _count(after, place, shape))
        for place, shape in sorted({*cell.before.found, *after.found})
    ]
    rest = ("everything else, in every shape", "0", "0")
    yield from table([("where, shape", "before", "after"), *rows, rest])
    told = ", ".join(f"{step} {look.total}" for step, look in cell.looks.items())
    yield f"found after each step: {told}"
    if cell.opened is not None:
        opened = cell.opened
        yield (
            f"an old copy of the database opens {opened.with_keys_then} of their memories with the "
            f"keys of then, {opened.with_keys_left} with the keys that are left (and "
            f"{opened.others} of others)"
        )
    yield f"answers that told of them once the requests were accepted: {cell.shown}"
    if cell.restored is not None:
        yield f"answers and files of a restored backup that told of them: {cell.restored}"
    if not cell.is_sound:
        yield "NOTHING WAS FOUND BEFORE EITHER: this look says nothing"
    yield from cell.notes
    yield ""


def _count(look: Look, place: str, shape: str) -> str:
    return str(look.found.get((place, shape), 0))


def stores_of(stores: Sequence[Store]) -> list[tuple[str, ...]]:
    """What other stores leave, row by row."""
    rows: list[tuple[str, ...]] = [
        (
            f"{store.name} {store.version}, {left.act}",
            f"{left.texts} of {store.canaries}",
            f"{left.vectors} of {store.canaries}",
        )
        for store in stores
        for left in store.left
    ]
    return rows + [(store.name, "not installed", "") for store in stores if not store.version]


def _stores(stores: Sequence[Store]) -> Iterator[str]:
    rows = stores_of(stores)
    yield from table([("other stores, closed and looked through", "texts", "vectors"), *rows])


def _relearning(told: Relearning) -> Iterator[str]:
    yield (
        f"Relearning: {told.turns} turns replayed after the request closed: {told.replayed}; "
        f"{told.found} of {told.searches} searches found one"
    )
    if told.readmitted is not None:
        yield f"after the person was readmitted: {told.readmitted}"
    yield ""


def _latencies(latencies: Sequence[Forgetting]) -> Iterator[str]:
    yield from table([("forgetting, s", *CLOCKS), *map(seconds_of, latencies)])
    yield from table(
        [("others, ms", *TIMES), *(row for one in latencies for row in others_of(one))]
    )


def _who(one: Forgetting) -> str:
    return f"{one.of_person:,} among {one.others:,}"


def seconds_of(one: Forgetting) -> tuple[str, ...]:
    """Who was forgotten among how many, and the seconds of CLOCKS."""
    values = (
        one.answered_s,
        one.restricted_s,
        *(getattr(one, f"{name}_s") for name in LATER),
        one.rewrite_s,
        one.index_load_s,
    )
    return (_who(one), *(f"{value:.2f}" for value in values))


def others_of(one: Forgetting) -> Iterator[tuple[str, ...]]:
    """What others noticed before and meanwhile: the milliseconds of TIMES."""
    for name, beside in (("before", one.quiet), ("meanwhile", one.meanwhile)):
        yield (f"{_who(one)}, {name}", *(f"{value:.1f}" for value in _times(beside)))


def _times(beside: Beside) -> Sequence[float]:
    return (
        beside.search_p50, beside.search_p99, beside.search_longest,
        beside.write_p50, beside.write_p99, beside.write_longest,
    )  # fmt: skip
