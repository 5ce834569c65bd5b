"""The byte forms in which what was forgotten may still lie somewhere: needles for a scan.

A part of a text is a better needle than the whole: it is found wherever the whole is, and also
where a page ends in the middle of it. So no needle is longer than it takes to be telling.
"""

from __future__ import annotations

import base64
import json
import struct
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from memsvc.core.fingerprint import normalised
from memsvc.core.text import stream_safe

SHORTEST_BYTES = 6
"""Fewer bytes than this lie anywhere by chance and say nothing."""

PIECE_CHARS = 20
"""Of a longer text this much of its beginning, middle and end is looked for as well: a database
that frees a row overwrites its first bytes and leaves the rest."""

WINDOW_CHARS = 64
"""The most of a text that a needle takes, from its middle."""

RUN = 8
"""Components of a vector that make a needle: 16, 32 or 64 bytes by their width."""

TELLING_COMPONENTS = 4
"""Components of a run that differ from each other and from zero, where a vector has so many."""

UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

Shapes = dict[str, bytes]
"""Name of a shape to the bytes; no bytes twice."""


def shapes(text: str, piece: int = PIECE_CHARS) -> Shapes:
    """The needles of a text; `piece`: characters of a part that is looked for alone.

    Raises ValueError for a text shorter than SHORTEST_BYTES in UTF-8.
    """
    whole = _utf8(text)
    if len(whole) < SHORTEST_BYTES:
        raise ValueError(f"a needle takes {SHORTEST_BYTES} bytes at least")
    window = _window(text)
    raw = _utf8(window)
    found = {
        "utf-8": raw,
        **_pieces(text, piece),
        "utf-16-le": window.encode("utf-16-le", "surrogatepass"),
        "utf-16-be": window.encode("utf-16-be", "surrogatepass"),
        "latin-1": window.encode("latin-1") if _is_latin(window) else b"",
        **_spelled(text),
        **_base64(raw),
        "json-ascii": json.dumps(window)[1:-1].encode(),
        "json": _utf8(json.dumps(window, ensure_ascii=False)[1:-1]),
        "sql": raw.replace(b"'", b"''"),
        "hex": raw.hex().encode(),
        "hex-upper": raw.hex().upper().encode(),
        **_percent(raw),
    }
    return _distinct((name, needle) for name, needle in found.items())


def vector_shapes(vector: Sequence[float]) -> Shapes:
    """The needles of a vector: one run of its components as numbers of several widths.

    Raises ValueError for a vector of zeros alone, which says nothing.
    """
    run = _run(vector)
    widths = {
        "float32-le": f"<{len(run)}f",
        "float32-be": f">{len(run)}f",
        "float16-le": f"<{len(run)}e",
        "float64-le": f"<{len(run)}d",
    }
    found = {}
    for name, width in widths.items():
        try:
            found[name] = struct.pack(width, *run)
        except OverflowError:
            continue  # too large for this width, so it cannot lie there in it
    # A component too small for its width is zero there.
    telling = ((name, needle) for name, needle in found.items() if len(set(needle)) > 2)
    return _distinct(telling)


def all_shapes(texts: Mapping[str, str]) -> dict[str, Shapes]:
    """The needles of several texts by their names."""
    return {name: shapes(text) for name, text in texts.items()}


def _distinct(found: Iterable[tuple[str, bytes]]) -> Shapes:
    first: dict[bytes, str] = {}
    for name, needle in found:
        if len(needle) >= SHORTEST_BYTES:
            first.setdefault(needle, name)
    return {name: needle for needle, name in first.items()}


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _window(text: str) -> str:
    start = max(0, len(text) - WINDOW_CHARS) // 2
    return text[start : start + WINDOW_CHARS]


def _pieces(text: str, piece: int) -> Shapes:
    if not 0 < piece < len(text):
        return {}
    middle = (len(text) - piece) // 2
    return {
        "head": _utf8(text[:piece]),
        "middle": _utf8(text[middle : middle + piece]),
        "tail": _utf8(text[-piece:]),
    }


def _spelled(text: str) -> Shapes:
    """The text as somebody may have spelled it anew."""
    safe = stream_safe(text)
    anew = {
        "upper": text.upper(),
        "lower": text.lower(),
        "casefolded": text.casefold(),
        "composed": unicodedata.normalize("NFC", safe),
        "decomposed": unicodedata.normalize("NFD", safe),
        "normalised": normalised(text),
    }
    # The window is cut last: a letter at its end could be spelled another way than amid the text.
    return {name: _utf8(_window(spelling)) for name, spelling in anew.items()}


def _is_latin(text: str) -> bool:
    return all(ord(character) < 256 for character in text)


def _base64(raw: bytes) -> Shapes:
    """Of each alignment what does not depend on the bytes before and after, in both alphabets."""
    found = {}
    for shift in range(3):
        written = base64.b64encode(bytes(shift) + raw)
        first = -(-8 * shift // 6)
        needle = written[first : 8 * (shift + len(raw)) // 6]
        found[f"base64-{shift}"] = needle
        found[f"base64url-{shift}"] = needle.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def _percent(raw: bytes) -> Shapes:
    upper = b"".join(bytes([one]) if one in UNRESERVED else b"%%%02X" % one for one in raw)
    lower = b"".join(bytes([one]) if one in UNRESERVED else b"%%%02x" % one for one in raw)
    return {
        "percent": upper,
        "percent-lower": lower,
        "form": upper.replace(b"%20", b"+"),
        "percent-path": upper.replace(b"%2F", b"/"),
    }


def _run(vector: Sequence[float]) -> Sequence[float]:
    """The shortest stretch that tells, of stretches of that length the most telling."""
    length = RUN
    while True:
        starts = range(max(1, len(vector) - length + 1))
        told, start = max((_telling(vector[at : at + length]), -at) for at in starts)
        if told >= min(TELLING_COMPONENTS, len(vector)) or length >= len(vector):
            break
        length *= 2
    if not told:
        raise ValueError("a vector of zeros says nothing")
    return vector[-start : -start + length]


def _telling(run: Sequence[float]) -> int:
    return len(set(run) - {0.0})
