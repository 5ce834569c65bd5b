"""Findings as one HTML page that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from memsvc.bench.findings import Findings, counted
from memsvc.bench.machine import MOST_OTHERS, Machine
from memsvc.bench.verdicts import bar_of, value_of

_TEMPLATES = Environment(
    loader=PackageLoader("memsvc.bench", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["bar"] = bar_of
_TEMPLATES.filters["value"] = value_of


def page(findings: Sequence[Findings], left_out: Sequence[str] = ()) -> str:
    """The page: a table of all bars, then a section for each benchmark. At least one is needed.

    `left_out` are names of benchmarks that were not run.
    """
    first = findings[0]
    return _TEMPLATES.get_template("report.html").render(
        findings=findings,
        left_out=left_out,
        began=first.began,
        versions=sorted({one.version for one in findings}),
        machine=first.machine,
        libraries=_libraries([one.machine for one in findings]),
        verdict=counted(findings),
        all_kept=all(one.status == 0 for one in findings),
        seconds=sum(one.seconds for one in findings),
        busy=[one for one in findings if one.too_busy],
        most_others=MOST_OTHERS,
        took=took,
    )


def took(seconds: float) -> str:
    """A duration in words."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def _libraries(machines: Sequence[Machine]) -> dict[str, str]:
    return {name: version for one in machines for name, version in one.libraries.items()}
