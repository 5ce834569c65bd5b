"""The tables of prototypes are whole, and lead to the slots that lists and patterns lead to."""

from __future__ import annotations

import re

import pytest

from memsvc.core.frames.frame import OPEN
from memsvc.core.frames.lexicon import KNOWN
from memsvc.core.frames.prototypes import NOTHING, PROTOTYPES, Meant, in_order
from memsvc.core.memory import Cardinality

_OF = {"person", "thing", "work", "none"}
_TAKES = frozenset(
    """
    person name place noun number time when day version money data email url address any often
    """.split()  # noqa: SIM905
)
RELATIONS = sorted({one.meant for one in PROTOTYPES if one.meant.name != NOTHING})


@pytest.mark.parametrize("meant", RELATIONS, ids=lambda meant: meant.name)
def test_a_relation_is_known_or_open_and_holds_one_value(meant: Meant) -> None:
    assert meant.of in _OF
    assert meant.takes in _TAKES
    if not meant.name.startswith(OPEN):
        assert KNOWN[meant.name].cardinality is Cardinality.ONE


def test_a_prototype_names_a_value_and_the_subject_if_there_is_one() -> None:
    for one in PROTOTYPES:
        places = list(dict.fromkeys(re.findall(r"\b[XY]\b", one.text)))
        if one.meant.name != NOTHING:
            assert places == (["X"] if one.meant.of == "none" else ["X", "Y"]), one.text


def test_no_wording_stands_for_two_relations_of_values_that_could_be_mixed_up() -> None:
    told: dict[tuple[str, bool, str], set[str]] = {}
    for one in PROTOTYPES:
        key = (one.text, one.subject_first, one.meant.takes)
        told.setdefault(key, set()).add(one.meant.name)
    shared = {text: names for text, names in told.items() if len(names) > 2}
    assert not shared


def test_places_are_numbered_as_they_are_named() -> None:
    assert in_order("Y heads X") == "X heads Y"
    assert in_order("X is headed by Y") == "X is headed by Y"
    assert in_order("backups end after Y") == "backups end after X"
