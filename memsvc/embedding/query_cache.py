"""A bounded cache of query vectors that can be made to forget."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from threading import Lock

from memsvc.embedding.protocol import Vectors


class QueryCache:
    """The `size` queries used last, by keyed digest and not by text; safe across threads.

    Vectors handed out are read-only, for many callers hold the same array.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._vectors: OrderedDict[bytes, Vectors] = OrderedDict()
        self._forgotten = 0
        self.hits = 0
        self.misses = 0

    def get(
        self, texts: Sequence[str], compute: Callable[[Sequence[str]], Sequence[Vectors]]
    ) -> list[Vectors]:
        """The vectors of `texts`; those not held are computed at once, each text once."""
        digests = [blake2b(text.encode(), key=self._key, digest_size=16).digest() for text in texts]
        with self._lock:
            found = {digest: self._vectors.get(digest) for digest in digests}
            for digest, vector in found.items():
                if vector is not None:
                    self._vectors.move_to_end(digest)
            missing = {
                digest: text
                for digest, text in zip(digests, texts, strict=True)
                if found[digest] is None
            }
            self.hits += len(texts) - len(missing)
            self.misses += len(missing)
            forgotten = self._forgotten
        if missing:
            fresh = dict(zip(missing, compute(list(missing.values())), strict=True))
            self._keep(fresh, forgotten)
            found |= fresh
        return [vector for digest in digests if (vector := found[digest]) is not None]

    def forget(self) -> None:
        """Drop every vector; a query that is being computed now will not be kept."""
        with self._lock:
            self._vectors.clear()
            self._forgotten += 1

    def __len__(self) -> int:
        return len(self._vectors)

    def _keep(self, fresh: dict[bytes, Vectors], forgotten: int) -> None:
        for vector in fresh.values():
            vector.flags.writeable = False
        with self._lock:
            if forgotten != self._forgotten:
                return
            self._vectors |= fresh
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
