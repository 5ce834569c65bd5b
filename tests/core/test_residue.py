"""In what bytes a text or a vector may lie somewhere."""

from __future__ import annotations

import base64
import json
import struct
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.fingerprint import normalised
from memsvc.core.residue import (
    PIECE_CHARS,
    SHORTEST_BYTES,
    WINDOW_CHARS,
    all_shapes,
    shapes,
    vector_shapes,
)
from memsvc.core.text import stream_safe

texts = st.text(st.characters(codec="utf-8"), min_size=SHORTEST_BYTES, max_size=300)
noise = st.binary(max_size=40)


def utf8(spell: Callable[[str], str]) -> Callable[[str], bytes]:
    return lambda text: spell(text).encode()


# Written by others than the module under test.
WRITTEN: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-16 with a mark": lambda text: text.encode("utf-16"),
    "upper": utf8(str.upper),
    "lower": utf8(str.lower),
    "casefolded": utf8(str.casefold),
    "json-ascii": lambda text: json.dumps({"text": text}).encode(),
    "json": lambda text: json.dumps([text], ensure_ascii=False).encode(),
    "sql": utf8(lambda text: "'" + text.replace("'", "''") + "'"),
    "hex": lambda text: text.encode().hex().encode(),
    "hex-upper": lambda text: text.encode().hex().upper().encode(),
    "percent": utf8(lambda text: quote(text, safe="")),
    "percent-path": utf8(quote),
    "form": utf8(quote_plus),
    "composed": utf8(lambda text: unicodedata.normalize("NFC", stream_safe(text))),
    "decomposed": utf8(lambda text: unicodedata.normalize("NFD", stream_safe(text))),
}


def found(needles: dict[str, bytes], raw: bytes) -> set[str]:
    return {name for name, needle in needles.items() if needle in raw}


@pytest.mark.parametrize("way", WRITTEN)
@given(text=texts, before=noise, after=noise)
def test_a_text_is_found_in_whatever_way_it_is_written(
    way: str, text: str, before: bytes, after: bytes
) -> None:
    assert found(shapes(text), before + WRITTEN[way](text) + after)


@given(text=texts, before=noise, after=noise)
def test_base64_is_found_at_every_alignment(text: str, before: bytes, after: bytes) -> None:
    whole = before + text.encode() + after

    assert found(shapes(text), base64.b64encode(whole))
    assert found(shapes(text), base64.urlsafe_b64encode(whole))


@given(texts)
def test_what_is_normalised_for_a_fingerprint_is_found(text: str) -> None:
    spelled = normalised(text).encode()

    assert found(shapes(text), b"<" + spelled + b">") or len(spelled) < SHORTEST_BYTES


@given(texts, st.integers(min_value=0, max_value=3))
def test_no_needle_is_too_short_or_there_twice(text: str, piece: int) -> None:
    needles = list(shapes(text, piece).values())

    assert all(len(needle) >= SHORTEST_BYTES for needle in needles)
    assert len(needles) == len(set(needles))


@given(st.binary(max_size=400))
def test_nothing_is_found_where_nothing_is(other: bytes) -> None:
    # Without what every one of its shapes holds somewhere.
    missing = other.translate(None, b"aAyY61")

    assert found(shapes("a canary walks by"), missing) == set()


def test_the_shapes_of_a_text() -> None:
    needles = shapes("Zoë's “quay/1”")

    assert needles["utf-8"] == "Zoë's “quay/1”".encode()
    assert needles["json-ascii"] == rb"Zo\u00eb's \u201cquay/1\u201d"
    assert needles["sql"] == "Zoë''s “quay/1”".encode()
    assert needles["percent"] == b"Zo%C3%AB%27s%20%E2%80%9Cquay%2F1%E2%80%9D"
    assert needles["form"] == b"Zo%C3%AB%27s+%E2%80%9Cquay%2F1%E2%80%9D"
    assert needles["hex"].startswith(b"5a6fc3ab")
    assert shapes('say "hi" \\ Zoë')["json"] == rb"say \"hi\" \\ Zo" + "ë".encode()
    assert shapes("Zoë Müller")["latin-1"] == b"Zo\xeb M\xfcller"


def test_a_part_of_a_long_text_is_found() -> None:
    words = [f"word{number}" for number in range(400)]
    text = " ".join(words)
    third = len(text) // 3

    for part in (text[:third], text[third : 2 * third], text[2 * third :], text[:PIECE_CHARS]):
        assert found(shapes(text), part.encode())
    assert not found(shapes(text, piece=0), text[:third].encode())
    assert len(shapes(text)["utf-8"]) == WINDOW_CHARS


@pytest.mark.parametrize("text", ["", "Ann", "12345", "éé"])
def test_what_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="6 bytes"):
        shapes(text)


def test_a_lone_surrogate_breaks_nothing() -> None:
    assert shapes("canary \ud800 canary")["json-ascii"] == rb"canary \ud800 canary"


def test_texts_keep_their_names() -> None:
    assert all_shapes({"a": "canary", "b": "quayside"}) == {
        "a": shapes("canary"),
        "b": shapes("quayside"),
    }


floats = st.floats(width=16, allow_nan=False, allow_infinity=False)


@given(st.lists(floats, min_size=1, max_size=80), noise, noise)
def test_a_vector_is_found_in_every_width(vector: list[float], before: bytes, after: bytes) -> None:
    try:
        needles = vector_shapes(vector)
    except ValueError:
        assert set(vector) == {0.0}
        return
    for name, width in {"float32-le": "<f", "float32-be": ">f", "float16-le": "<e",
                        "float64-le": "<d"}.items():  # fmt: skip
        raw = b"".join(struct.pack(width, one) for one in vector)
        assert name not in needles or found(needles, before + raw + after)


def test_the_run_of_a_vector_is_a_telling_one() -> None:
    vector = [0.0] * 40 + [0.5] * 20 + [0.1, -0.2, 0.3, -0.4, 0.5, -0.6, 0.7, -0.8] + [0.0] * 40
    needles = vector_shapes(vector)

    assert set(needles) == {"float32-le", "float32-be", "float16-le", "float64-le"}
    assert needles["float32-le"] == struct.pack("<8f", *vector[60:68])
    assert len(needles["float16-le"]) == 16
    assert not found(needles, struct.pack("<60f", *vector[:60]))


def test_a_sparse_vector_has_a_longer_run() -> None:
    vector = [0.0] * 100
    vector[10], vector[30], vector[50], vector[70] = 0.1, 0.2, 0.3, 0.4

    [value, *_] = vector_shapes(vector).values()
    assert len(value) == 64 * 4


def test_a_component_too_large_for_a_width_leaves_it_out() -> None:
    assert "float16-le" not in vector_shapes([1e6, 2.5, 3.5, 4.5])


@pytest.mark.parametrize("vector", [[], [0.0] * 384])
def test_a_vector_of_zeros_is_refused(vector: list[float]) -> None:
    with pytest.raises(ValueError, match="says nothing"):
        vector_shapes(vector)
