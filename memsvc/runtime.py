"""What an operation needs of the running service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from memsvc.clock import Clock
from memsvc.core.figures import Sample
from memsvc.embedding.protocol import Embedder
from memsvc.index.cache import IndexCache
from memsvc.index.protocol import MemoryIndex
from memsvc.index.worths import WorthCache
from memsvc.judges.protocol import Curator, FactReader, Judge, Reranking
from memsvc.sealing.keyring import Keyring
from memsvc.sealing.ledger_file import LedgerFile
from memsvc.store.activity import Gathered
from memsvc.store.database import Database
from memsvc.store.figures import Disputed
from memsvc.timed_cache import TimedCache

GOOD_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Safe:
    """Database and keys without model and indexes: enough to look after API keys."""

    database: Database
    keyring: Keyring
    clock: Clock

    def close(self) -> None:
        """Finish what was acknowledged, then let go of threads and files."""
        self.database.close()
        self.keyring.close()


class Large(Protocol):
    """Indexes that lie in the database."""

    def tidy(self, runtime: Runtime) -> bool:
        """Have none of them hold what was erased; False where one may still."""
        ...

    def sequences(self, indexes: Mapping[int, MemoryIndex]) -> Mapping[int, int]:
        """Where indexes stand that may lie there or in RAM, by agent key."""
        ...

    def close(self) -> None:
        """Let go of what they are reached by."""
        ...


@dataclass(frozen=True, slots=True)
class Runtime(Safe):
    """The assembled rooms; built once by `wiring.build_runtime`.

    `model_no` is the number under which the embedder's identity is stored with every vector;
    `data_dir` is the folder of all that it writes beside the database, `ledger` the file of
    erasures, which no backup holds; `count_tokens` tells how many tokens a text takes in a prompt;
    `reranking`, `judge`, `fact_reader` and `curator` are None unless a model for them is set;
    `worths` is what the outcomes of offers come to, in RAM; `gathered` what reading did, not yet
    written; `in_use` how many agents there are beside many memories, `samples` how retention is
    spread where not every memory is looked at, `disputes` since when the oldest of many is one;
    `large` are the indexes that lie in the database, None where none may.
    """

    embedder: Embedder
    indexes: IndexCache
    model_no: int
    data_dir: Path
    ledger: LedgerFile
    count_tokens: Callable[[str], int]
    reranking: Reranking | None = None
    judge: Judge | None = None
    fact_reader: FactReader | None = None
    curator: Curator | None = None
    worths: WorthCache = field(default_factory=WorthCache)
    gathered: Gathered = field(default_factory=Gathered)
    in_use: TimedCache[int] = field(default_factory=lambda: TimedCache(GOOD_FOR))
    samples: TimedCache[Sample] = field(default_factory=lambda: TimedCache(GOOD_FOR))
    disputes: TimedCache[Disputed] = field(default_factory=lambda: TimedCache(GOOD_FOR))
    large: Large | None = None

    def close(self) -> None:
        """Finish what was acknowledged, then let go of threads and files."""
        if self.reranking is not None:
            self.reranking.reranker.close()
        if self.judge is not None:
            self.judge.close()
        if self.fact_reader is not None:
            self.fact_reader.close()
        if self.curator is not None:
            self.curator.close()
        self.embedder.close()
        if self.large is not None:
            self.large.close()
        Safe.close(self)
