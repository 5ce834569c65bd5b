"""What a soak found, as a value and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from memsvc.bench.crash import none_of
from memsvc.bench.figures import Check
from memsvc.bench.findings import Shown, Table
from memsvc.bench.replicas.clients import Findings
from memsvc.bench.replicas.witness import Refusal


@dataclass(slots=True)
class SoakReport:
    """What was found; see `clean`."""

    seconds: float = 0.0
    findings: Findings = field(default_factory=Findings)
    storms: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    stale: Counter[str] = field(default_factory=Counter)
    excused: Counter[Refusal] = field(default_factory=Counter)
    cut_off: Counter[Refusal] = field(default_factory=Counter)
    unexplained: Counter[Refusal] = field(default_factory=Counter)
    database_down_s: float = 0.0
    requests: int = 0
    unfinished: int = 0
    unproven: int = 0
    shown_after_all: int = 0
    checked_receipts: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, int]:
        """How often there was what must not be once."""
        found = self.findings
        return {
            "acknowledged changes lost": found.lost,
            "with other content or count of uses": found.altered,
            "deleted memories that came back": found.returned,
            "searches that missed what is there": found.unlike,
            "repetitions answered otherwise": found.repeated_unlike,
            "shown after they were gone": self.stale.total(),
            "forget requests not closed": self.unfinished,
            "receipts that do not hold": self.unproven,
            "what rests on the forgotten, still believed": self.shown_after_all,
            "refusals that nothing explains": self.unexplained.total(),
        }

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, stale, refused without a reason or left unfinished."""
        return not any(self.faults.values())


def render(report: SoakReport) -> str:
    """The table for the person at the terminal."""
    rows = _rows(report)
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {value}" for name, value in rows]
    return "\n".join([*lines, *report.examples[:5], "clean" if report.clean else "NOT CLEAN"])


def shown(report: SoakReport) -> Shown:
    """The report in the form of all benchmarks."""
    title = f"{report.seconds / 60:.1f} minutes under load"
    table = Table(title, ("what", "found"), tuple(_rows(report)[1:]))
    checks = (*none_of(report.faults), *_tried(report))
    return Shown("Replicas", (table,), checks, tuple(report.examples[:5]))


def _tried(report: SoakReport) -> list[Check]:
    """That there was something to lose, and something that might have lost it."""
    done = {
        "storms": report.storms.total(),
        "changes acknowledged": report.findings.acknowledged,
        "forget requests": report.requests,
        "receipts checked": report.checked_receipts,
    }
    return [Check.of(name, "at least", 1, [count], "") for name, count in done.items()]


def _rows(report: SoakReport) -> list[tuple[str, str]]:
    found, answers = report.findings, report.answers
    return [
        ("minutes under load", f"{report.seconds / 60:.1f}"),
        ("requests", f"{answers.total():,}"),
        ("changes acknowledged", f"{found.acknowledged:,}"),
        ("memories compared", f"{found.compared:,}"),
        *((name, f"{count}") for name, count in sorted(report.storms.items())),
        ("seconds without the database", f"{report.database_down_s:.0f}"),
        (
            "refused or cut without it, or by a replica that was down",
            f"{report.excused.total():,}",
        ),
        ("acknowledged changes lost", f"{found.lost}"),
        ("with other content or count of uses", f"{found.altered}"),
        ("came back", f"{found.returned}"),
        ("searches that missed what is there", f"{found.unlike}"),
        ("repetitions answered otherwise", f"{found.repeated_unlike}"),
        ("shown after they were gone", _told(report.stale)),
        ("forget requests", f"{report.requests}"),
        ("of them not closed", f"{report.unfinished}"),
        ("receipts checked", f"{report.checked_receipts}"),
        ("of them that do not hold", f"{report.unproven}"),
        ("what rests on the forgotten, still believed", f"{report.shown_after_all}"),
        ("502, or cut, of requests that must not be sent twice", _kinds(report.cut_off.items())),
        ("other refusals while the database was up", _kinds(report.unexplained.items())),
    ]


def to_json(report: SoakReport) -> dict[str, Any]:
    """The figures, for machines."""
    refusals = {"excused": report.excused, "cut_off": report.cut_off}
    return {
        "seconds": round(report.seconds, 1),
        "findings": asdict(report.findings),
        "storms": dict(report.storms),
        "answers": dict(report.answers),
        "stale": dict(report.stale),
        "database_down_s": round(report.database_down_s, 1),
        **{
            name: [asdict(one) | {"count": count} for one, count in counted.items()]
            for name, counted in {**refusals, "unexplained": report.unexplained}.items()
        },
        "forget_requests": report.requests,
        "unfinished": report.unfinished,
        "receipts_checked": report.checked_receipts,
        "unproven": report.unproven,
        "believed_after_all": report.shown_after_all,
        "clean": report.clean,
    }


def _told(counted: Counter[str]) -> str:
    details = ", ".join(f"{count} {why}" for why, count in sorted(counted.items()))
    return f"{counted.total()}" + (f" ({details})" if details else "")


def _kinds(counted: Iterable[tuple[Refusal, int]]) -> str:
    kinds = [
        f"{count} {one.kind} {one.status} {one.code} by {one.by}"
        for one, count in sorted(counted, key=lambda pair: -pair[1])
    ]
    return "; ".join(kinds) or "0"
