"""When two statements are the same statement: for exact duplicates."""

from __future__ import annotations

import unicodedata
from hashlib import blake2b

from memsvc.core.memory import Draft, Memory
from memsvc.core.text import stream_safe


def normalised(content: str) -> str:
    """Content up to compatibility forms, letter case and white space."""
    return " ".join(unicodedata.normalize("NFKC", stream_safe(content)).casefold().split())


def likeness(statement: Draft | Memory) -> int:
    """A number equal for statements of equal fingerprint, and hardly ever for others.

    An eighth of the work of a fingerprint, and good for this process alone: Python salts it.
    """
    return hash(_parts(statement))


def fingerprint(statement: Draft | Memory) -> bytes:
    """16 bytes equal for the same kind, people and normalised content.

    People are part of it: a memory is only ever dropped because of memories about the same
    people, or forgetting one of them would lose another's words. Lives in RAM only; it is
    computed from content, so it is never stored.
    """
    # Different parts are written differently, and nothing writes them faster.
    written = repr(_parts(statement)).encode("utf-8", "surrogatepass")
    return blake2b(written, digest_size=16).digest()


def _parts(statement: Draft | Memory) -> tuple[str, str, tuple[str, ...], str, str]:
    people = statement.subject_ids
    return (
        statement.kind.value,
        statement.user_id or "",
        tuple(sorted(set(people))) if people else (),
        statement.speaker or "",
        normalised(statement.content),
    )
