"""How well what was said is found, in the form of all benchmarks.

Its bar: the service finds at least what the best plain search finds with the same model.
"""

from __future__ import annotations

from collections.abc import Iterator

from memsvc.bench.figures import Check
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.retrieval.quality import DEPTHS, Quality
from memsvc.bench.retrieval.report import (
    ALL,
    ANSWERABLE,
    CATEGORY_DEPTH,
    RetrievalReport,
    categories,
)


def shown(report: RetrievalReport) -> Shown:
    """Recall, rank and evidence within a token budget, of the service and of plain search."""
    return Shown(
        "Retrieval",
        tables=tuple(_tables(report)),
        checks=tuple(_checks(report)),
        notes=(
            f"{report.form}, {report.file}: {report.dialogs} dialogs, {report.turns:,} turns kept "
            f"as {report.memories:,} memories, {report.questions} questions; {report.skipped} "
            f"without evidence skipped. Mode {report.mode}, baselines with {report.model}. A "
            f"search took {report.latency.p50_ms:.1f} ms (p50), {report.latency.p95_ms:.1f} ms "
            "(p95), one client.",
        ),
    )


def _checks(report: RetrievalReport) -> Iterator[Check]:
    service, *plain = (one.groups[ALL] for one in report.systems)
    best = max((one.recall[CATEGORY_DEPTH] for one in plain), default=0.0)
    if best:
        ratio = service.recall[CATEGORY_DEPTH] / best
        what = f"recall@{CATEGORY_DEPTH} / of the best plain search"
        yield Check.of(what, "at least", 1.0, [ratio])


def _tables(report: RetrievalReport) -> Iterator[Table]:
    first, heads = report.systems[0], tuple(f"R@{depth}" for depth in DEPTHS)
    heads += tuple(f"all@{depth}" for depth in DEPTHS)
    for group in (ALL, ANSWERABLE):
        if group in first.groups:
            rows = tuple((one.name, *_qualities(one.groups[group])) for one in report.systems)
            title = f"Questions: {group} ({first.groups[group].questions})"
            yield Table(title, ("", *heads, "NDCG@10", "MRR"), rows)
    names = categories(first)
    if names:
        counts = (f"{name} ({first.groups[name].questions})" for name in names)
        rows = tuple(
            (
                one.name,
                *(f"{one.groups[name].recall[CATEGORY_DEPTH]:.3f}" for name in names),
            )
            for one in report.systems
        )
        yield Table(f"Recall@{CATEGORY_DEPTH} by category (questions)", ("", *counts), rows)
    if report.contexts:
        groups = list(report.contexts[0].evidence)
        rows = tuple(
            (
                f"{one.budget:,}",
                f"{one.tokens:.0f}",
                *(f"{one.evidence[group]:.3f}" for group in groups),
            )
            for one in report.contexts
        )
        yield Table("Evidence cited in a context", ("token budget", "used", *groups), rows)


def _qualities(one: Quality) -> Iterator[str]:
    values = (*one.recall.values(), *one.all_evidence.values(), one.ndcg_10, one.mrr)
    return (f"{value:.3f}" for value in values)


def plots(report: RetrievalReport) -> tuple[Plot, ...]:
    """Recall and evidence; raises LoadFailed without matplotlib."""
    from memsvc.bench.plot import plot_of  # noqa: PLC0415 - it may be missing
    from memsvc.bench.retrieval.plot import pictured  # noqa: PLC0415 - the same

    title = "Shares of the evidence that is found, by depth and category, and cited"
    return (plot_of(pictured(report), title),)
