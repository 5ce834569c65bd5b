"""When two statements are the same statement: for exact duplicates."""

from __future__ import annotations

import unicodedata
from hashlib import blake2b

from memsvc.core.memory import Draft, Memory


def normalised(content: str) -> str:
    """Content up to compatibility forms, letter case and white space."""
    return " ".join(unicodedata.normalize("NFKC", content).casefold().split())


def fingerprint(statement: Draft | Memory) -> bytes:
    """16 bytes equal for the same kind, people and normalised content.

    People are part of it: a memory is only ever dropped because of memories about the same
    people, or forgetting one of them would lose another's words. Lives in RAM only; it is
    computed from content, so it is never stored.
    """
    parts = (
        statement.kind.value,
        statement.user_id or "",
        *sorted(set(statement.subject_ids)),
        "",
        statement.speaker or "",
        normalised(statement.content),
    )
    digest = blake2b(digest_size=16)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.digest()
