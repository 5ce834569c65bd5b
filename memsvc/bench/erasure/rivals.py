"""Other stores, each in a process of its own: what is written, and what is deleted, by their book.

`python -m memsvc.bench.erasure.rivals NAME FOLDER write|forget|tidy` reads a `Lesson` as JSON from
stdin. It imports nothing of ours, so it runs wherever the store is installed. When it ends the
store is closed, and its folder can be looked at.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

PERSON, OTHER = "person-1", "person-2"
COLLECTION = "memories"
VERSION = "version"


class Lesson(NamedTuple):
    """What a store is given: the person's texts with their vectors, and as many of another's."""

    texts: Sequence[str]
    vectors: Sequence[Sequence[float]]
    other_texts: Sequence[str]
    other_vectors: Sequence[Sequence[float]]

    @property
    def all_texts(self) -> list[str]:
        """The person's, then the other's."""
        return [*self.texts, *self.other_texts]

    @property
    def all_vectors(self) -> list[Sequence[float]]:
        """In the same order."""
        return [*self.vectors, *self.other_vectors]

    @property
    def owners(self) -> list[str]:
        """In the same order."""
        return [PERSON] * len(self.texts) + [OTHER] * len(self.other_texts)


Act = Callable[[Path, Lesson], None]


class Rival(NamedTuple):
    """A store: its package, how a person is deleted and what gives room back, in its own words.

    Each act leaves it closed; None where it has no such thing.
    """

    package: str
    how: str
    write: Act
    forget: Act
    tidying: str = ""
    tidy: Act | None = None


def _chroma_write(folder: Path, lesson: Lesson) -> None:
    _chroma(folder).add(
        ids=[str(at) for at in range(len(lesson.all_texts))],
        documents=lesson.all_texts,
        embeddings=lesson.all_vectors,
        metadatas=[{"user_id": owner} for owner in lesson.owners],
    )


def _chroma_forget(folder: Path, _lesson: Lesson) -> None:
    collection = _chroma(folder)
    collection.delete(where={"user_id": PERSON})
    assert not collection.get(where={"user_id": PERSON})["ids"]


def _chroma_tidy(folder: Path, _lesson: Lesson) -> None:
    command = Path(sys.executable).parent / "chroma"
    subprocess.run(  # noqa: S603 - the store's own command
        [str(command), "vacuum", "--path", str(folder), "--force"],
        check=True,
        capture_output=True,
    )


def _chroma(folder: Path) -> Any:
    settings = import_module("chromadb.config").Settings(anonymized_telemetry=False)
    client = import_module("chromadb").PersistentClient(path=str(folder), settings=settings)
    return client.get_or_create_collection(COLLECTION, embedding_function=None)


def _lance_write(folder: Path, lesson: Lesson) -> None:
    rows = [
        {"user_id": owner, "text": text, "vector": list(vector)}
        for owner, text, vector in zip(
            lesson.owners, lesson.all_texts, lesson.all_vectors, strict=True
        )
    ]
    import_module("lancedb").connect(str(folder)).create_table(COLLECTION, data=rows)


def _lance_forget(folder: Path, _lesson: Lesson) -> None:
    table = import_module("lancedb").connect(str(folder)).open_table(COLLECTION)
    table.delete(f"user_id = '{PERSON}'")
    assert not table.count_rows(f"user_id = '{PERSON}'")


def _lance_tidy(folder: Path, _lesson: Lesson) -> None:
    table = import_module("lancedb").connect(str(folder)).open_table(COLLECTION)
    table.optimize(cleanup_older_than=timedelta(0), delete_unverified=True)


def _mem0_write(folder: Path, lesson: Lesson) -> None:
    memory = _mem0(folder, lesson)
    for owner, text in zip(lesson.owners, lesson.all_texts, strict=True):
        memory.add(text, user_id=owner, infer=False)


def _mem0_forget(folder: Path, lesson: Lesson) -> None:
    memory = _mem0(folder, lesson)
    memory.delete_all(user_id=PERSON)
    assert not memory.get_all(filters={"user_id": PERSON})["results"]


class _Given:
    """An embedder that knows the vectors beforehand: no model, nothing asked over the network."""

    def __init__(self, lesson: Lesson) -> None:
        self._vectors = dict(zip(lesson.all_texts, lesson.all_vectors, strict=True))
        self._any = list(lesson.vectors[0])
        self.config = None

    def embed(self, text: str, *_how: object) -> list[float]:
        return list(self._vectors.get(text, self._any))

    def embed_batch(self, texts: Sequence[str], *_how: object) -> list[list[float]]:
        return [self.embed(text) for text in texts]


def _mem0(folder: Path, lesson: Lesson) -> Any:
    # Read when the library is imported: where its history lies, and that nothing is told to others.
    os.environ |= {"MEM0_DIR": str(folder), "MEM0_TELEMETRY": "False"}
    endpoint = {"api_key": "none", "openai_base_url": "http://127.0.0.1:9"}
    config = {
        "vector_store": {
            "provider": "qdrant",
            "config": {
                "path": str(folder / "qdrant"),
                "collection_name": COLLECTION,
                "on_disk": True,
                "embedding_model_dims": len(lesson.vectors[0]),
            },
        },
        "llm": {"provider": "openai", "config": endpoint},
        "embedder": {"provider": "openai", "config": endpoint},
        "history_db_path": str(folder / "history.db"),
    }
    memory = import_module("mem0").Memory.from_config(config)
    memory.embedding_model = _Given(lesson)
    return memory


RIVALS: Mapping[str, Rival] = {
    "chroma": Rival(
        "chromadb",
        "collection.delete(where)",
        _chroma_write,
        _chroma_forget,
        "chroma vacuum",
        _chroma_tidy,
    ),
    "lancedb": Rival(
        "lancedb",
        "table.delete(where)",
        _lance_write,
        _lance_forget,
        "optimize(cleanup_older_than=0)",
        _lance_tidy,
    ),
    "mem0": Rival("mem0ai", "memory.delete_all(user_id)", _mem0_write, _mem0_forget),
}


def main() -> None:
    """One act on one store; `version` says which is installed, and fails where none is."""
    name, folder, act = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    rival = RIVALS[name]
    if act == VERSION:
        # Not the store itself: to import one takes seconds.
        print(version(rival.package))
        return
    lesson = Lesson(*json.load(sys.stdin))
    acts: Mapping[str, Act | None] = {
        "write": rival.write,
        "forget": rival.forget,
        "tidy": rival.tidy,
    }
    work = acts[act]
    assert work is not None, "the store has no such thing"
    work(folder, lesson)


if __name__ == "__main__":
    main()
