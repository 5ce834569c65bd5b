"""A store of mem0's own, filled by the package itself; nothing is asked over the network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.integrations.mem0_package import mem0

DIMENSIONS = 32


class Hashed:
    """An embedder without meaning."""

    config = None

    def embed(self, text: str, *_how: object) -> list[float]:
        return [byte / 255 for byte in hashlib.sha256(text.encode()).digest()]

    def embed_batch(self, texts: Sequence[str], *_how: object) -> list[list[float]]:
        return [self.embed(one) for one in texts]


@contextmanager
def store_in(folder: Path) -> Iterator[Any]:
    """mem0's `Memory` over a folder: Qdrant's local mode in `qdrant`, and `history.db`."""
    endpoint = {"api_key": "none", "openai_base_url": "http://127.0.0.1:9"}
    vectors = {
        "path": str(folder / "qdrant"),
        "collection_name": "mem0",
        "on_disk": True,
        "embedding_model_dims": DIMENSIONS,
    }
    memory = mem0.Memory.from_config(
        {
            "vector_store": {"provider": "qdrant", "config": vectors},
            "llm": {"provider": "openai", "config": endpoint},
            "embedder": {"provider": "openai", "config": endpoint},
            "history_db_path": str(folder / "history.db"),
        }
    )
    memory.embedding_model = Hashed()
    with closing(memory.vector_store.client), closing(memory.db):
        yield memory


def filled(memory: Any) -> str:
    """Fill a store; the id of a memory that was reworded twice."""
    more: dict[str, Any] = {"infer": False}
    first = memory.add("I have a cat.", user_id="u1", metadata={"topic": "pets"}, **more)
    said = [{"role": "assistant", "content": "Noted — „gut“.", "name": "bot"}]
    memory.add(said, user_id="u1", agent_id="a1", run_id="r1", **more)
    memory.add("Kept until then.", user_id="u2", expiration_date="2099-12-31", **more)
    memory.delete(memory.add("Gone.", user_id="u2", **more)["results"][0]["id"])
    id_ = str(first["results"][0]["id"])
    memory.update(id_, "I have two cats.")
    memory.update(id_, "I have three cats.")
    return id_


def listed(memory: Any) -> list[dict[str, Any]]:
    """What mem0 itself lists."""
    found: list[dict[str, Any]] = []
    for user_id in ("u1", "u2"):
        found += memory.get_all(filters={"user_id": user_id}, show_expired=True)["results"]
    return found
