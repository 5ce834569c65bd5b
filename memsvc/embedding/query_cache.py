"""A bounded cache of query vectors that can be made to forget."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from hashlib import blake2b
from threading import Lock

from memsvc.embedding.protocol import Vectors


class QueryCache:
    """The `size` queries used last, by keyed digest and not by text; safe across threads.

    Equal queries asked at the same time share one computation. Vectors handed out are read-only,
    for many callers hold the same array.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._vectors: OrderedDict[bytes, Vectors] = OrderedDict()
        self._running: dict[bytes, Future[Vectors]] = {}
        self.hits = 0
        self.misses = 0

    def get(self, text: str, compute: Callable[[str], Vectors]) -> Vectors:
        """The vector of `text`, computed on a miss; what `compute` raises reaches every asker."""
        digest = blake2b(text.encode(), key=self._key, digest_size=16).digest()
        with self._lock:
            found = self._vectors.get(digest)
            if found is not None:
                self.hits += 1
                self._vectors.move_to_end(digest)
                return found
            running = self._running.get(digest)
            answer: Future[Vectors] = Future() if running is None else running
            if running is None:
                self.misses += 1
                self._running[digest] = answer
            else:
                self.hits += 1
        if running is not None:
            return running.result()
        return self._compute(digest, answer, lambda: compute(text))

    def forget(self) -> None:
        """Drop every vector; a query that is being computed now will not be kept."""
        with self._lock:
            self._vectors.clear()
            # A computation stores its vector only while it stands here.
            self._running.clear()

    def __len__(self) -> int:
        return len(self._vectors)

    def _compute(
        self, digest: bytes, answer: Future[Vectors], compute: Callable[[], Vectors]
    ) -> Vectors:
        try:
            vector = compute()
        except BaseException as error:
            with self._lock:
                self._leave(digest, answer)
            answer.set_exception(error)
            raise
        vector.flags.writeable = False
        with self._lock:
            if self._leave(digest, answer) and self._size > 0:
                self._vectors[digest] = vector
                while len(self._vectors) > self._size:
                    self._vectors.popitem(last=False)
        answer.set_result(vector)
        return vector

    def _leave(self, digest: bytes, answer: Future[Vectors]) -> bool:
        """Take the computation off the list of running ones; whether it still stood there."""
        stood = self._running.get(digest) is answer
        if stood:
            del self._running[digest]
        return stood
