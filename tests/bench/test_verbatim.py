"""How much of a summary is its sources word for word."""

from __future__ import annotations

import pytest

from memsvc.bench.verbatim import SPAN, verbatim

SAID = "We moved the deploy window to Tuesday because of the audit."


@pytest.mark.parametrize(
    ("text", "share"),
    [
        (SAID, 1.0),
        (SAID.upper(), 1.0),
        ("The team changed its plans.", 0.0),
        ("", 0.0),
        ("we moved the deploy", 0.0),
        ("we moved the deploy window", 1.0),
        ("Ana said that we moved the deploy window", 5 / 8),
    ],
)
def test_what_is_copied_counts(text: str, share: float) -> None:
    assert verbatim(text, [SAID]) == pytest.approx(share)


def test_a_span_is_copied_from_one_source() -> None:
    words = SAID.split()
    assert verbatim(SAID, [" ".join(words[:SPAN]), " ".join(words[SPAN:])]) == 1.0
    assert verbatim(" ".join(words[2 : 2 + SPAN]), [" ".join(words[:4]), " ".join(words[4:])]) == 0
