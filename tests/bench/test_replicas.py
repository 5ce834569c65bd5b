"""What a soak found, in the form of all benchmarks; the soak itself is in tests/serving."""

from __future__ import annotations

from collections import Counter

import pytest

from memsvc.bench.replicas.clients import Findings
from memsvc.bench.replicas.report import SoakReport, shown
from memsvc.bench.replicas.witness import Refusal

REFUSAL = Refusal(500, "internal", "write", "replica")


def stormy(report: SoakReport) -> SoakReport:
    """The report of a soak in which something was tried."""
    report.findings.acknowledged = report.requests = report.checked_receipts = 1
    report.storms["killed"] = 1
    return report


@pytest.mark.parametrize(
    ("report", "fault"),
    [
        (SoakReport(findings=Findings(lost=1)), "acknowledged changes lost"),
        (SoakReport(findings=Findings(altered=1)), "with other content or count of uses"),
        (SoakReport(findings=Findings(returned=1)), "deleted memories that came back"),
        (SoakReport(findings=Findings(unlike=1)), "searches that missed what is there"),
        (SoakReport(findings=Findings(repeated_unlike=1)), "repetitions answered otherwise"),
        (SoakReport(stale=Counter({"forgotten": 1})), "shown after they were gone"),
        (SoakReport(unfinished=1), "forget requests not closed"),
        (SoakReport(unproven=1), "receipts that do not hold"),
        (SoakReport(shown_after_all=1), "what rests on the forgotten, still believed"),
        (SoakReport(unexplained=Counter({REFUSAL: 1})), "refusals that nothing explains"),
    ],
)
def test_each_fault_misses_its_bar(report: SoakReport, fault: str) -> None:
    assert not report.clean
    missed = [check.what for check in shown(stormy(report)).checks if not check.passed]
    assert missed == [fault]


def test_a_soak_without_a_storm_shows_nothing() -> None:
    missed = [check.what for check in shown(SoakReport()).checks if not check.passed]

    assert missed == ["storms", "changes acknowledged", "forget requests", "receipts checked"]


def test_what_had_to_be_refused_misses_nothing() -> None:
    report = SoakReport(seconds=90.0, excused=Counter({REFUSAL: 7}), examples=["one"] * 9)

    assert report.clean
    told = shown(stormy(report))
    assert all(check.passed for check in told.checks)
    assert told.tables[0].title == "1.5 minutes under load"
    assert ("refused or cut without it, or by a replica that was down", "7") in told.tables[0].rows
    assert told.notes == ("one",) * 5
