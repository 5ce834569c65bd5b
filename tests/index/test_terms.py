"""Which words keyword search sees."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.memory import spoken_text
from memsvc.index.terms import terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann moved to Lisbon.", ["ann", "moved", "to", "lisbon"]),
        ("Ana's tea, Bob\u2019s too", ["ana", "tea", "bob", "too"]),
        ("don't", ["don", "t"]),
        ("'summer' it's s", ["summer", "it", "s"]),
        ("3.5 kg at 10:30 for 1,000", ["3.5", "kg", "at", "10:30", "for", "1,000"]),
        ("On 2026-05-07, 7/5/2026.", ["on", "2026", "05", "07", "7", "5", "2026"]),
        ("v1.2 snake_case a.b", ["v1.2", "snake", "case", "a", "b"]),
        ("Café STRASSE Straße Ünïcödé", ["cafe", "strasse", "strasse", "unicode"]),
        ("İzmir ﬁne ①", ["izmir", "fine", "1"]),
        ("東京都", ["東", "京", "都", "東京", "京都"]),
        ("iPhone15を買う", ["を", "買", "う", "を買", "買う", "iphone15"]),
        ("ガ", ["ガ"]),
        ("한국어", ["한", "국", "어", "한국", "국어"]),
        ("ภาษาไทย ok", ["ภาษาไทย", "ok"]),
        ("हिन्दी।", ["हिन्दी"]),
        ("مُحَمَّد", ["محمد"]),
        ("!? 🙂", []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(st.text())
def test_folding_is_stable(text: str) -> None:
    found = terms(text)
    assert all(found)
    assert terms(text.replace("'", "\u2019")) == found or not text.isascii()


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_is_the_long_way(text: str) -> None:
    assert [term for term in terms(text + " 東") if term != "東"] == terms(text)


@given(st.text(), st.text())
def test_a_speaker_and_what_was_said_do_not_run_into_each_other(speaker: str, said: str) -> None:
    """So an index may read them apart."""
    together = terms(spoken_text(said, speaker))
    assert Counter(together) == Counter(terms(speaker) + terms(said))
