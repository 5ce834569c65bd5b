"""What sentences hint at that no pattern reads, and what they do not."""

from __future__ import annotations

import pytest

from memsvc.core.frames.hints import hints_of
from memsvc.core.frames.kinds_of_noun import of_kind
from memsvc.core.frames.lexicon import KNOWN
from memsvc.core.frames.names_in import Span, names, runs
from memsvc.core.frames.sentences import sentences
from memsvc.core.frames.signs import _SIGNS, weighed
from memsvc.core.memory import Cardinality


def hinted(content: str, subject: str) -> dict[str, tuple[str, ...]]:
    """Values by relation that a sentence hints at of a subject."""
    return {one.relation: one.values for one in hints_of(content) if one.subject == subject}


@pytest.mark.parametrize(
    ("content", "subject", "relation", "value"),
    [
        ("Tom Berg occupies the corner office at Kestrel.", "kestrel", "chief executive",
         "tom berg"),
        ("It was Ilse Dahl who started Kestrel.", "kestrel", "founder", "ilse dahl"),
        ("The laws of Norvania are written in Danish.", "norvania", "official language", "danish"),
        ("On the pitch, Tom Berg takes the role of goalkeeper.", "tom berg", "position",
         "goalkeeper"),
        ("The mail for the head office of Kestrel goes to Lyon.", "kestrel", "headquarters",
         "lyon"),
        ("Mara Venn shares her married life with Tom Berg.", "mara venn", "spouse", "tom berg"),
        ("Mara Venn prays and worships in keeping with Islam.", "mara venn", "religion", "islam"),
        ("Tom Berg, Duke of Cadiz was born to a midwife in Oban, New Zealand.",
         "tom berg duke of cadiz", "place of birth", "oban new zealand"),
        ("The author of A Hard Day's Work is of course Tom Berg.", "a hard day's work", "author",
         "tom berg"),
    ],
)  # fmt: skip
def test_signs_tell_of_a_relation(content: str, subject: str, relation: str, value: str) -> None:
    found = hinted(content, subject)
    assert found.get(relation) == (value,), hints_of(content)


@pytest.mark.parametrize(
    "content",
    [
        "The chief executive of Kestrel met Tom Berg for lunch.",
        "Tom Berg praised Kestrel's chief executive.",
        "Mara Venn's sister works for Kestrel.",
        "Tom Berg never ran Kestrel.",
        "Tom Berg is the former chief executive of Kestrel.",
        "Tom Berg is the deputy of the chief executive of Kestrel.",
        "Is Tom Berg the chief executive of Kestrel?",
        "Maybe Tom Berg will be the chief executive of Kestrel.",
        "The chief executive of Kestrel likes long walks on the beach with Tom Berg at weekends.",
        "Kestrel sold its warehouse to the cousin of Tom Berg, a wealthy executive.",
        "They occupy the corner office. Tom Berg works at Kestrel.",
        "tom berg runs kestrel as its executive",
    ],
)
def test_what_is_about_something_else_hints_at_nothing_of_it(content: str) -> None:
    assert "chief executive" not in hinted(content, "kestrel")
    assert "employer" not in hinted(content, "mara venn")


def test_every_sign_is_of_a_known_relation_of_one_value() -> None:
    assert {KNOWN[name].cardinality for name in _SIGNS} == {Cardinality.ONE}
    for name, signs in _SIGNS.items():
        for sign in signs.sure.split("|"):
            assert weighed(sign.replace("*", "").split())[name] >= 2, (name, sign)


def test_the_longest_noun_of_a_kind_is_found() -> None:
    assert list(of_kind(["heard", "jazz", "rap", "and", "rugby", "union"])) == [
        (1, 3, "genre"),
        (4, 6, "sport"),
    ]


def test_what_a_run_of_capitals_may_name() -> None:
    [said] = sentences("Development of Mortal Kombat was led by Blizzard's Tom Berg.")
    found = runs(said)
    keys = {key for _, key in names(said, found, [])}
    assert {"mortal kombat", "development of mortal kombat", "tom berg", "blizzard"} <= keys
    assert found[0] == Span(0, 4)
