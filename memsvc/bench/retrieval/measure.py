"""Measure how well a server finds what was said, beside plain search with the same model."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from memsvc.bench.client import LoadFailed, Target
from memsvc.bench.figures import Latency
from memsvc.bench.machine import this_machine
from memsvc.bench.retrieval.asking import BUDGETS, Answers, Offer, answers
from memsvc.bench.retrieval.baselines import baselines
from memsvc.bench.retrieval.dialogs import Corpus, Dialog
from memsvc.bench.retrieval.judging import Judge
from memsvc.bench.retrieval.reading import read
from memsvc.bench.retrieval.report import RetrievalReport, render, to_json
from memsvc.bench.served import KEY, served
from memsvc.embedding.backend import Backend
from memsvc.embedding.batching import BatchingEmbedder
from memsvc.embedding.export import exported
from memsvc.embedding.hashing import HashingBackend
from memsvc.embedding.onnx import OnnxBackend
from memsvc.embedding.protocol import Embedder

__all__ = ["RetrievalOptions", "render", "run"]

Progress = Callable[[str], None]
Rankings = Mapping[str, Sequence[Sequence[str]]]

ONNX, HASHING = "onnx", "hashing"
REPORTS = 20
"""Lines of progress at most."""


@dataclass(frozen=True, slots=True)
class RetrievalOptions:
    """What to measure with.

    `models` is the folder where exported models lie. `base_url` empty: a server of its own over a
    temporary folder; else a running one, in which the memories stay. `limit` None: all questions.
    """

    file: Path
    models: Path
    model: str = "all-MiniLM-L6-v2"
    backend: str = ONNX
    base_url: str = ""
    key: str = ""
    mode: str = "fast"
    limit: int | None = None
    out: Path | None = None
    plot: Path | None = None


def run(options: RetrievalOptions, progress: Progress = lambda _line: None) -> RetrievalReport:
    """Write every dialog, ask every question; writes `out` as JSON and draws `plot`.

    Raises LoadFailed, before anything is measured when the file is not as it should be or the plot
    cannot be drawn.
    """
    corpus = read(options.file)
    if options.limit is not None:
        corpus = corpus.sampled(options.limit)
    draw = _pen() if options.plot is not None else None
    with closing(_embedder(options, progress)) as embedder:
        with _target(options) as target:
            version = str(target.ask("GET", "/healthz")["version"])
            told = _ask(target, corpus.dialogs, options.mode, progress)
        progress("asking the baselines")
        plain = [
            _plain(dialog, one, embedder) for dialog, one in zip(corpus.dialogs, told, strict=True)
        ]
    report = _report(options, corpus, version, told, plain)
    if options.out is not None:
        options.out.write_text(to_json(report))
    if draw is not None and options.plot is not None:
        draw(report, options.plot)
    return report


def _pen() -> Callable[[RetrievalReport, Path], None]:
    # It may be missing, which is better said now than after all questions.
    from memsvc.bench.retrieval.plot import drawn  # noqa: PLC0415

    return drawn


def _embedder(options: RetrievalOptions, progress: Progress) -> BatchingEmbedder:
    """The baselines' model; exported here when that was not done yet, so the server finds it."""
    cores = os.cpu_count() or 1
    backend: Backend
    if options.backend == ONNX:
        backend = OnnxBackend(exported(options.model, options.models, progress), cores)
    elif options.backend == HASHING:
        backend = HashingBackend()
    else:
        raise LoadFailed(
            f"the baselines do not run with backend {options.backend}; set "
            f"MEMSVC_EMBEDDING__BACKEND={ONNX}"
        )
    return BatchingEmbedder(backend, cores)


@contextmanager
def _target(options: RetrievalOptions) -> Iterator[Target]:
    if options.base_url:
        yield Target(options.base_url, options.key)
        return
    environment = {
        "MEMSVC_DATABASE_URL": "",
        "MEMSVC_EMBEDDING__BACKEND": options.backend,
        "MEMSVC_EMBEDDING__MODEL": options.model,
        "MEMSVC_EMBEDDING__MODEL_DIR": str(options.models.absolute()),
    }
    with served(environment) as server:
        yield Target(str(server.client.base_url), KEY)


def _ask(target: Target, dialogs: Sequence[Dialog], mode: str, progress: Progress) -> list[Answers]:
    offer = Offer.of(target)
    # A running server may have been measured before.
    name = f"bench-{secrets.token_hex(4)}"
    told = []
    for number, dialog in enumerate(dialogs):
        if number % -(-len(dialogs) // REPORTS) == 0:
            progress(
                f"dialog {number + 1} of {len(dialogs)}: {dialog.name}, {len(dialog.turns)} turns, "
                f"{len(dialog.questions)} questions"
            )
        told.append(answers(target, f"{name}-{number}", dialog, mode, offer))
    return told


def _plain(dialog: Dialog, told: Answers, embedder: Embedder) -> Rankings:
    """The baselines' rankings, over the turns of which the server made a memory of their own."""
    turns = [turn for turn in dialog.turns if told.kept[turn.id] == turn.id]
    return baselines(turns, [question.text for question in dialog.questions], embedder)


def _report(
    options: RetrievalOptions,
    corpus: Corpus,
    version: str,
    told: Sequence[Answers],
    plain: Sequence[Rankings],
) -> RetrievalReport:
    judge = Judge.of(corpus.dialogs, told)
    rankings = {
        f"memsvc, {options.mode}": [one for each in told for one in each.rankings],
        **{name: [one for each in plain for one in each[name]] for name in plain[0]},
    }
    contexts = [
        judge.budget_use(budget, [one for each in told for one in each.contexts[budget]])
        for budget in (BUDGETS if told[0].contexts else ())
    ]
    return RetrievalReport(
        server=version,
        file=options.file.name,
        form=corpus.form,
        model=options.model if options.backend == ONNX else options.backend,
        mode=options.mode,
        dialogs=len(corpus.dialogs),
        turns=sum(len(dialog.turns) for dialog in corpus.dialogs),
        memories=sum(len(set(one.kept.values())) for one in told),
        questions=len(corpus.questions),
        skipped=corpus.skipped,
        machine=this_machine(),
        latency=Latency.of(list(chain.from_iterable(one.latencies_ms for one in told))),
        systems=[judge.system(name, found) for name, found in rankings.items()],
        contexts=contexts,
    )
