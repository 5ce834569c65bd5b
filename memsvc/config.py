"""Settings, from the environment (`MEMSVC_…`, nested with `__`) or the command line.

Read at assembly only: `app`, `cli`, `wiring` and `migrations/env.py`.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = Path("/run/secrets")

Positive = Annotated[int, Field(gt=0)]


class Tier(StrEnum):
    """How personal data lies on disk."""

    SHRED = "shred"
    STORE = "store"


class EmbeddingBackend(StrEnum):
    """What runs the embedding model."""

    ONNX = "onnx"
    SENTENCE_TRANSFORMER = "sentence_transformer"
    OPENAI_HTTP = "openai_http"
    HASHING = "hashing"


class JudgeKind(StrEnum):
    """What says how two statements relate, beside the rules that need no model."""

    NONE = "none"
    NLI = "nli"
    LLM = "llm"


class EmbeddingSettings(BaseModel):
    """Which model turns text into vectors, and what runs it."""

    backend: EmbeddingBackend = Field(
        EmbeddingBackend.ONNX,
        description="onnx (exported once, fastest on CPU), sentence_transformer (PyTorch), "
        "openai_http (any OpenAI-compatible endpoint); hashing is a test double without meaning.",
    )
    model: str = Field(
        "all-MiniLM-L6-v2",
        description="The bundled model, any sentence-transformers name or path, or the "
        "endpoint's model name.",
    )
    model_dir: Path | None = Field(
        None, description="Folder of exported models; empty: `models` in the data directory."
    )
    device: str = Field("cpu", description="cpu or cuda, for backend sentence_transformer.")
    threads: int = Field(
        0, ge=0, description="Threads and concurrent batches of the model; 0: one per core."
    )
    query_cache: int = Field(
        4096, ge=0, description="Query vectors kept in RAM; dropped whenever anything is erased."
    )
    url: str = Field("", description="Base URL of the endpoint, for backend openai_http.")
    api_key: SecretStr = Field(
        SecretStr(""), description="Bearer key of the endpoint, for backend openai_http."
    )
    dimension: int = Field(
        0, ge=0, description="Vector length of the endpoint's model; 0: asked from it at start."
    )
    timeout_s: float = Field(10.0, gt=0, description="Seconds to wait for the endpoint, each try.")
    retries: int = Field(2, ge=0, description="Further tries when the endpoint fails.")


class RerankerSettings(BaseModel):
    """Which model, if any, reads the best hits of a second pass, together with the query."""

    model: str = Field(
        "",
        description="A cross-encoder with one label, by its folder or by a name that is in the "
        "local Hugging Face cache (nothing is downloaded); runs on PyTorch; empty: none.",
    )
    device: str = Field("cpu", description="cpu or cuda.")
    candidates: int = Field(
        30, ge=1, le=200, description="How many of the best hits it reads; its time grows with it."
    )
    weight: float = Field(
        0.5, ge=0, le=1, description="Share of its judgement in a hit's relevance, 0 to 1."
    )


class JudgeSettings(BaseModel):
    """Which model, if any, says how two statements relate where rules cannot tell."""

    kind: JudgeKind = Field(
        JudgeKind.NONE,
        description="none; nli (a model of language inference on this machine, PyTorch); llm (the "
        "language model of MEMSVC_LLM__URL).",
    )
    model: str = Field(
        "",
        description="For kind nli: a cross-encoder with the labels contradiction, entailment and "
        "neutral, by its folder or by a name that is in the local Hugging Face cache (nothing is "
        "downloaded).",
    )
    device: str = Field("cpu", description="cpu or cuda, for kind nli.")
    threshold: float = Field(
        0.7,
        ge=0.5,
        lt=1,
        description="For kind nli: probability above which a relation holds, 0.5 to below 1.",
    )


class LlmSettings(BaseModel):
    """Which language model, if any, may be asked, and how much it may cost."""

    url: str = Field(
        "",
        description="Base URL of an OpenAI-compatible endpoint, to which memories are sent; empty: "
        "none.",
    )
    model: str = Field("", description="The endpoint's name of the model.")
    read_facts: bool = Field(
        False,
        description="Whether consolidation has it read facts in turns in which rules find none.",
    )
    curate: bool = Field(
        False,
        description="Whether agents may have it reflect on traces and put behaviors forward; these "
        "traces are sent to it.",
    )
    api_key: SecretStr = Field(SecretStr(""), description="Bearer key of the endpoint.")
    timeout_s: float = Field(30.0, gt=0, description="Seconds that a whole answer may take.")
    retries: int = Field(2, ge=0, description="Further tries when the endpoint fails.")
    max_tokens: Positive = Field(1000, description="Tokens of one answer at most.")
    tokens_per_agent_and_day: int = Field(
        100_000,
        ge=0,
        description="Tokens of questions and answers that an agent may use in a day (UTC), among "
        "all processes; what would exceed it is not asked.",
    )


class Pgvector(StrEnum):
    """What of indexes may lie in the database, where it can be searched and so be read."""

    OFF = "off"
    VECTORS = "vectors"
    VECTORS_AND_WORDS = "vectors_and_words"


class IndexSettings(BaseModel):
    """Where indexes lie: in RAM, and those of large agents in PostgreSQL."""

    pgvector: Pgvector = Field(
        Pgvector.OFF,
        description="off: every index lies in RAM, and nothing of content is readable in the "
        "database. vectors: those of large agents lie in PostgreSQL (pgvector); whoever reads the "
        "database then reads their vectors, from which texts can be guessed, and which memories "
        "share a person, session, tag or value, as keyed hashes. vectors_and_words: also which "
        "memories share a word, and how often each is in them, as keyed hashes; better for "
        "questions that name rare words. What is erased is deleted there, not shredded.",
    )
    pgvector_above: int = Field(
        500_000,
        ge=0,
        description="Memories from which on an agent's index lies in PostgreSQL; 0: every agent's.",
    )


class LimitSettings(BaseModel):
    """Bounds on what one request may ask."""

    body_bytes: Positive = Field(8 * 2**20, description="Bytes of a request body.")
    requests_per_s: float = Field(
        2000.0, gt=0, description="Sustained requests a second of one API key, per process."
    )
    burst: Positive = Field(4000, description="Requests a key may make at once before that rate.")


class Mem0Settings(BaseModel):
    """How clients of mem0 are served."""

    agent: str = Field(
        "mem0",
        pattern=r"^[^\x00-\x1f\x7f/]{1,256}$",
        description="The agent whose memories they are where a client of mem0 names none.",
    )


class Settings(BaseSettings):
    """Everything that can be set, each with an environment variable of the same name."""

    model_config = SettingsConfigDict(
        env_prefix="MEMSVC_",
        env_nested_delimiter="__",
        extra="ignore",
        validate_default=True,
        # Containers get secrets as files there, each named like its variable.
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0: any free one.")
    workers: Positive = Field(
        1, description="Processes that share the port, the database and the cores."
    )
    data_dir: Path = Field(
        Path("memsvc-data"), description="Folder of database, keys and exported model."
    )
    database_url: str = Field(
        "",
        description="postgresql://user:password@host/name or sqlite:///path; empty: SQLite in the "
        "data directory.",
    )
    tier: Tier = Field(
        Tier.SHRED,
        description="shred: everything personal is sealed, each memory under its own key; "
        "store: plain rows with secure_delete and VACUUM. Fixed when the database is made.",
    )
    root_key: SecretStr = Field(
        SecretStr(""),
        description="Root key, 32 bytes in base64 or hex; empty: root.key in the data directory.",
    )
    admin_key: SecretStr = Field(
        SecretStr(""),
        description="First admin key of tenant `default`, at least 16 characters; empty: one is "
        "generated at the first start and shown once.",
    )
    backup_passphrase: SecretStr = Field(
        SecretStr(""), description="Opens the keys of backups; at least 12 characters."
    )
    erasure_ledger: Path | None = Field(
        None,
        description="File of the erasure ledger, which no backup holds: keep it on another disk "
        "than backups of the data directory; empty: erasures.ledger in the data directory.",
    )
    auth: bool = Field(
        True, description="Whether a key is required; may be off on loopback addresses only."
    )
    index_budget_mb: Positive = Field(
        2048, description="RAM of all agents' indexes before the least used are let go, in MB."
    )
    purge_after_s: float = Field(
        60.0,
        ge=0,
        description="Seconds after a deletion until free pages and the log are purged.",
    )
    consolidate_every_s: float = Field(
        86_400.0,
        ge=0,
        description="Seconds between two consolidations of an agent that was written to (facts and "
        "summaries of what was said) at least; 0: only those that are asked for.",
    )
    activity_days: Positive = Field(
        90, description="Days for which it is kept by the hour what the service did."
    )
    shutdown_s: int = Field(
        20, ge=0, description="Seconds that requests under way may take at shutdown."
    )
    drain_s: float = Field(
        0.0,
        ge=0,
        description="Seconds that a process that is asked to stop (SIGTERM) goes on answering "
        "while /readyz says 503, so that a balancer sends nobody to it any more; for one worker. "
        "Behind the HAProxy that is shipped: 3 or more.",
    )
    log_level: str = Field("info", description="debug, info, warning or error.")
    embedding: EmbeddingSettings = Field(
        default_factory=EmbeddingSettings, description="The embedding model."
    )
    reranker: RerankerSettings = Field(
        default_factory=RerankerSettings, description="The re-ranking model."
    )
    judge: JudgeSettings = Field(
        default_factory=JudgeSettings, description="The model that judges statements."
    )
    llm: LlmSettings = Field(default_factory=LlmSettings, description="The language model.")
    index: IndexSettings = Field(
        default_factory=IndexSettings, description="Where the indexes of large agents lie."
    )
    limits: LimitSettings = Field(default_factory=LimitSettings, description="Request limits.")

    @property
    def url(self) -> str:
        """The database to use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'memsvc.db'}"

    mem0: Mem0Settings = Field(default_factory=Mem0Settings, description="Clients of mem0.")

    @property
    def ledger(self) -> Path:
        """The file of the erasure ledger."""
        return self.erasure_ledger or self.data_dir / "erasures.ledger"
