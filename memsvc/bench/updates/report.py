"""The figures of knowledge updates, as a table for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from memsvc.bench.updates.dialogues import Extracted
from memsvc.bench.updates.measure import Found, UpdatesReport


def to_json(report: UpdatesReport) -> bytes:
    """The report for programs."""
    return orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def render(report: UpdatesReport) -> str:
    """The report for people."""
    return "\n".join(_lines(report))


def _lines(report: UpdatesReport) -> Iterator[str]:
    machine = report.machine
    yield (
        f"memsvc {report.version}; {machine.date}; {machine.cpu}, {machine.cores} cores, "
        f"load {machine.load_average:.2f}"
    )
    yield ""
    yield from _found(report.found)
    if report.alike:
        yield ""
        yield from _alike(report)
    yield ""
    yield (
        f"one slot rewritten: the last value first {report.rewritten:.3f}; "
        f"other slots untouched {report.untouched:.3f}"
    )
    yield (
        f"10 grafted among 1,000: {report.grafted} in the top ten, "
        f"{report.overwritten} statements of the user ended"
    )
    if report.extracted is not None:
        yield _extracted(report.extracted)
    if report.write_ms is not None:
        checked, unchecked = report.write_ms
        yield (
            f"write p50: {checked:.2f} ms with the check, {unchecked:.2f} ms without, "
            f"{checked / unchecked:.2f}x"
        )


def _extracted(extracted: Extracted) -> str:
    return (
        f"facts out of {extracted.turns} turns: {extracted.found} found, precision "
        f"{extracted.precision:.3f}; {extracted.told} told, recall {extracted.recall:.3f}; "
        f"{extracted.turn_us:.0f} us a turn"
    )


def _found(found: Sequence[Found]) -> Iterator[str]:
    wide = max([len(one.wording) for one in found], default=0)
    asked = max([len(one.question) for one in found], default=0)
    yield (
        f"{'new value in':{wide}}  {'asked by':{asked}}  questions  current first  "
        "stale in top 5  stale first  controls first"
    )
    for one in found:
        yield (
            f"{one.wording:{wide}}  {one.question:{asked}}  {one.asked:9}  {one.current:13.3f}  "
            f"{one.stale:14.3f}  {one.stale_first:11.3f}  {one.controls:14.3f}"
        )


def _alike(report: UpdatesReport) -> Iterator[str]:
    yield f"{'pairs that look alike':22} pairs  ended  disputed"
    for family, count in sorted(report.alike.items()):
        yield f"{family:22} {count:5}  {report.ended[family]:5}  {report.disputed[family]:8}"
    pairs, ended = sum(report.alike.values()), sum(report.ended.values())
    share = f"{ended / pairs:.4f} ended" if pairs else ""
    yield f"{'all':22} {pairs:5}  {ended:5}  {sum(report.disputed.values()):8}  {share}"
