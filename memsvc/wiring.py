"""Wiring: from settings to a runtime. The only place that knows every concrete adapter."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from memsvc.clock import Clock, SystemClock
from memsvc.config import (
    EmbeddingBackend,
    EmbeddingSettings,
    JudgeKind,
    LlmSettings,
    Pgvector,
    RerankerSettings,
    Settings,
)
from memsvc.embedding.backend import Backend
from memsvc.embedding.batching import BatchingEmbedder
from memsvc.embedding.counting import TokenCounter
from memsvc.errors import ModelMissing, StartupError
from memsvc.index.agent_index import AgentIndex
from memsvc.index.exact import ExactIndex
from memsvc.index.pieces import EXACT_UP_TO
from memsvc.judges.budget import TokensInMemory
from memsvc.judges.protocol import Curator, FactReader, Judge, Reranking, TokenBudget
from memsvc.operations.examine import Installation
from memsvc.operations.examine_index import Indexes
from memsvc.operations.indexing import load
from memsvc.operations.ledger import open_ledger, start_ledger
from memsvc.operations.purge import finish_shreddings
from memsvc.operations.rotate import finish_rotations
from memsvc.operations.start import establish, expected_keys, register_model
from memsvc.runtime import Runtime, Safe
from memsvc.sealing.assemble import open_keyring
from memsvc.store.group_commit import Hooks
from memsvc.store.key_rows import KeyRows, agent_key_now
from memsvc.store.kinds import is_postgres
from memsvc.store.opening import open_database
from memsvc.store.schema import file_of, upgrade
from memsvc.store.token_budgets import TokenBudgets
from memsvc.wiring_indexes import build_indexes, build_large

if TYPE_CHECKING:
    from memsvc.judges.chat import ChatModel

Progress = Callable[[str], None]


def open_safe(settings: Settings, progress: Progress, clock: Clock | None = None) -> Safe:
    """Migrate the database and open it with its keys.

    Raises SchemaOutdated or KeysDamaged with what to do about it.
    """
    clock = clock or SystemClock()
    prepare_folder(settings)
    if upgrade(settings.url):
        progress("Database migrated.")
    database = open_database(settings.url)
    try:
        expected, slots_used = expected_keys(database)
        keyring = open_keyring(
            settings.tier.value,
            settings.data_dir,
            settings.root_key.get_secret_value() or None,
            expected=expected,
            slots_used=slots_used,
            slots=KeyRows(database) if is_postgres(settings.url) else None,
            agent_key=partial(agent_key_now, database),
        )
        if not is_postgres(settings.url):
            database.hook(Hooks(before_commit=keyring.sync))
        establish(database, keyring, clock)
    except BaseException:
        database.close()
        raise
    return Safe(database, keyring, clock)


def build_runtime(
    settings: Settings,
    progress: Progress,
    *,
    clock: Clock | None = None,
    check_model: bool = True,
) -> Runtime:
    """Open database, keys and model, and finish what a crash left behind.

    Raises a StartupError that says what to do. `check_model` off is for re-embedding, which
    neither searches nor judges and so needs no other model.
    """
    safe = open_safe(settings, progress, clock)
    try:
        embedder = build_embedder(settings.embedding, settings.data_dir, progress)
        dimension = embedder.identity.dimension
        budget = TokenBudgets(safe.database, safe.clock, settings.llm.tokens_per_agent_and_day)
        small = partial(load, safe.database, safe.keyring, dimension, AgentIndex)
        large = build_large(settings, safe, embedder.identity, small)
        runtime = Runtime(
            database=safe.database,
            keyring=safe.keyring,
            clock=safe.clock,
            embedder=embedder,
            indexes=build_indexes(settings, small, large),
            model_no=register_model(safe.database, embedder.identity, check=check_model),
            data_dir=settings.data_dir,
            ledger=open_ledger(safe, settings.ledger),
            count_tokens=TokenCounter(),
            reranking=build_reranking(settings.reranker, progress) if check_model else None,
            judge=build_judge(settings, budget, progress) if check_model else None,
            fact_reader=build_fact_reader(settings.llm, budget) if check_model else None,
            curator=build_curator(settings.llm, budget) if check_model else None,
            large=large,
        )
        finish_shreddings(runtime)
        finish_rotations(runtime)
        # Nothing is served before this: the data may be older than what was erased.
        start_ledger(runtime)
    except BaseException:
        safe.close()
        raise
    return runtime


def installation(settings: Settings, clock: Clock | None = None) -> Installation:
    """What `examine` looks at. Nothing is opened yet, and nothing is ever made."""
    embedding = settings.embedding
    clock = clock or SystemClock()
    budget = TokensInMemory(clock, settings.llm.tokens_per_agent_and_day)
    return Installation(
        data_dir=settings.data_dir,
        url=settings.url,
        ledger=settings.ledger,
        tier=settings.tier.value,
        root_key=settings.root_key.get_secret_value() or None,
        workers=settings.workers,
        purge_after=timedelta(seconds=settings.purge_after_s),
        clock=clock,
        open_embedder=partial(standing_embedder, embedding, settings.data_dir),
        remote=embedding.backend is EmbeddingBackend.OPENAI_HTTP,
        large=settings.index.pgvector is not Pgvector.OFF,
        indexes=Indexes(AgentIndex, ExactIndex, EXACT_UP_TO),
        open_reranking=partial(build_reranking, settings.reranker, _silent),
        open_judge=partial(build_judge, settings, budget, _silent),
        open_fact_reader=partial(build_fact_reader, settings.llm, budget),
        open_curator=partial(build_curator, settings.llm, budget),
    )


def standing_embedder(settings: EmbeddingSettings, data_dir: Path) -> BatchingEmbedder | None:
    """The embedder of the settings, or None where the model is still to be exported."""
    if settings.backend is EmbeddingBackend.ONNX:
        from memsvc.embedding.export import standing

        if standing(settings.model, _models(settings, data_dir)) is None:
            return None
    return build_embedder(settings, data_dir, _silent)


def _silent(_line: str) -> None:
    """Progress that nobody follows."""


def _models(settings: EmbeddingSettings, data_dir: Path) -> Path:
    return settings.model_dir or data_dir / "models"


def build_embedder(
    settings: EmbeddingSettings, data_dir: Path, progress: Progress
) -> BatchingEmbedder:
    """The embedder of the settings; exports the model first when that was not done yet."""
    threads = settings.threads or os.cpu_count() or 1
    backend = build_backend(settings, data_dir, progress, threads)
    return BatchingEmbedder(backend, threads, settings.query_cache)


def build_backend(
    settings: EmbeddingSettings, data_dir: Path, progress: Progress, threads: int
) -> Backend:
    """What runs the model. Adapters are imported when chosen: each brings much along."""
    if settings.backend is EmbeddingBackend.ONNX:
        from memsvc.embedding.export import exported
        from memsvc.embedding.onnx import OnnxBackend

        models = _models(settings, data_dir)
        return OnnxBackend(exported(settings.model, models, progress), threads)
    if settings.backend is EmbeddingBackend.SENTENCE_TRANSFORMER:
        from memsvc.embedding.sentence_transformer import SentenceTransformerBackend

        return SentenceTransformerBackend(settings.model, settings.device)
    if settings.backend is EmbeddingBackend.OPENAI_HTTP:
        from memsvc.embedding.openai_http import HttpLimits, OpenAiHttpBackend

        return OpenAiHttpBackend(
            settings.url,
            settings.model,
            settings.api_key.get_secret_value(),
            settings.dimension or None,
            HttpLimits(timeout_s=settings.timeout_s, retries=settings.retries),
        )
    from memsvc.embedding.hashing import HashingBackend

    return HashingBackend(settings.dimension or 64)


def build_reranking(settings: RerankerSettings, progress: Progress) -> Reranking | None:
    """The re-ranker of the settings, None when none is set; raises ModelMissing."""
    if not settings.model:
        return None
    from memsvc.judges.cross_encoder import CrossEncoderReranker

    progress(f"loading the re-ranker {settings.model}")
    reranker = CrossEncoderReranker(settings.model, settings.device)
    return Reranking(reranker, settings.candidates, settings.weight)


def build_judge(settings: Settings, budget: TokenBudget, progress: Progress) -> Judge | None:
    """The judge of the settings, None when none is set; raises ModelMissing or StartupError."""
    judge = settings.judge
    if judge.kind is JudgeKind.NLI:
        from memsvc.judges.nli import SUITABLE, NliJudge

        if not judge.model:
            raise ModelMissing(f"no judge is named; {SUITABLE}")
        progress(f"loading the judge {judge.model}")
        return NliJudge(judge.model, judge.device, judge.threshold)
    if judge.kind is JudgeKind.LLM:
        from memsvc.judges.llm import LlmJudge

        return LlmJudge(build_chat(settings.llm, budget))
    return None


def build_fact_reader(settings: LlmSettings, budget: TokenBudget) -> FactReader | None:
    """What reads facts with the language model, None unless it is to; raises StartupError."""
    if not settings.read_facts:
        return None
    from memsvc.judges.llm_extractor import LlmFactReader

    return LlmFactReader(build_chat(settings, budget))


def build_curator(settings: LlmSettings, budget: TokenBudget) -> Curator | None:
    """What curates with the language model, None unless it is to; raises StartupError."""
    if not settings.curate:
        return None
    from memsvc.judges.llm_curator import LlmCurator

    return LlmCurator(build_chat(settings, budget))


def build_chat(settings: LlmSettings, budget: TokenBudget) -> ChatModel:
    """The language model of the settings, which nobody asks anything yet; raises StartupError."""
    from memsvc.judges.chat import ChatLimits, ChatModel

    if not settings.url or not settings.model:
        raise StartupError("Set both MEMSVC_LLM__URL and MEMSVC_LLM__MODEL, or leave both empty.")
    return ChatModel(
        settings.url,
        settings.model,
        settings.api_key.get_secret_value() or None,
        budget,
        ChatLimits(settings.timeout_s, settings.retries, settings.max_tokens),
    )


def prepare_folder(settings: Settings) -> None:
    """Make the data directory, readable by its owner alone; StartupError where it cannot be."""
    file = file_of(settings.url)
    folder = settings.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file is not None:
            folder = file.parent
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, f"made ({error.strerror})") from error
    if file is not None and not os.access(folder, os.W_OK | os.X_OK):
        raise _unusable(folder, "written")


def _unusable(folder: Path, reason: str) -> StartupError:
    return StartupError(
        f"The folder {folder} cannot be {reason}: let this user own it, or name another with "
        "MEMSVC_DATA_DIR or --data-dir."
    )
