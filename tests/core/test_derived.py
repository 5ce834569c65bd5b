from __future__ import annotations

import pytest

from memsvc.core.derived import DERIVATIONS, POSTED, Loss
from memsvc.core.erasure import Fate
from memsvc.core.memory import Kind
from tests.core.made import memory


@pytest.mark.parametrize(
    ("kind", "left", "named", "fate"),
    [
        (Kind.SEMANTIC, 1, False, Fate.DEMOTE),
        (Kind.EPISODIC, 1, False, Fate.DEMOTE),
        (Kind.PROCEDURAL, 1, False, Fate.ERASE),
        (Kind.PROCEDURAL, 2, False, Fate.DEMOTE),
        (Kind.SEMANTIC, 5, True, Fate.ERASE),
        (Kind.PROCEDURAL, 5, True, Fate.ERASE),
    ],
)
def test_what_a_caller_derived(kind: Kind, left: int, named: bool, fate: Fate) -> None:
    """It goes when it names who is erased or rests on too little; else somebody looks at it."""
    assert DERIVATIONS[POSTED].fate(Loss(memory(kind=kind), left, named)) is fate


def test_what_a_caller_derived_nobody_else_can_say_anew() -> None:
    assert DERIVATIONS[POSTED].again is None


def test_what_is_made_here_can_be_told_anew_and_what_a_caller_derived_cannot() -> None:
    told = {relation for relation, one in DERIVATIONS.items() if one.can_be_retold}
    assert told == DERIVATIONS.keys() - {POSTED}
