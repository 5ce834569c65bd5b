"""Policies of decay, in the form of all benchmarks. They have no bar: the log decides."""

from __future__ import annotations

from memsvc.bench.decay.measure import DecayReport, Score
from memsvc.bench.findings import Plot, Shown, Table


def shown(report: DecayReport) -> Shown:
    """The scores."""
    return Shown(
        "Decay",
        tables=(
            Table(
                f"Who foretells best what is used again within {report.horizon_days:g} days",
                ("policy", "Brier, raw", "Brier, fitted", "skill, %", "95 % of draws", "ordering"),
                tuple(map(_row, report.scores)),
            ),
        ),
        notes=(
            f"{report.source}: {report.memories:,} memories, {report.pairs:,} predictions, "
            f"{report.used_again:.1%} used again. Skill is how much smaller the fitted Brier score "
            "is than that of the constant rate; ordering the chance that what is used again is "
            "foretold more of than what is not.",
        ),
    )


def _row(one: Score) -> tuple[str, ...]:
    return (
        one.name,
        "" if one.raw is None else f"{one.raw:.4f}",
        f"{one.fitted:.4f}",
        f"{one.skill:+.1%}".rstrip("%"),
        f"{one.low:+.1%} to {one.high:+.1%}",
        f"{one.ordering:.3f}",
    )


def plots(report: DecayReport) -> tuple[Plot, ...]:
    """Skill, and how well each orders; raises LoadFailed without matplotlib."""
    from memsvc.bench.plot import bars, plot_of  # noqa: PLC0415 - it may be missing

    skill = {one.name: 100.0 * one.skill for one in report.scores}
    ordering = {one.name: one.ordering for one in report.scores}
    return (
        plot_of(bars("Skill over the constant rate", "%", {"skill": skill}), "Skill, in percent"),
        plot_of(
            bars("Ordering", "chance; 0.5 is none", {"ordering": ordering}),
            "Chance that what is used again is foretold more of than what is not",
        ),
    )
