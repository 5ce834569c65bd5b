"""In what way a memory is known."""

from __future__ import annotations

import pytest

from memsvc.core.epistemic import Epistemic, epistemic_of
from memsvc.core.memory import Status, Trust
from tests.core.made import memory


@pytest.mark.parametrize(
    ("trust", "known"),
    [
        (Trust.OPERATOR, Epistemic.STATED),
        (Trust.USER, Epistemic.STATED),
        (Trust.AGENT, Epistemic.OBSERVED),
        (Trust.TOOL, Epistemic.OBSERVED),
        (Trust.WEB, Epistemic.OBSERVED),
    ],
)
def test_who_said_it_tells(trust: Trust, known: Epistemic) -> None:
    assert epistemic_of(memory(trust=trust)) is known
    assert epistemic_of(memory(trust=trust, status=Status.ARCHIVED)) is known


@pytest.mark.parametrize("trust", Trust)
def test_what_was_derived_is_inferred_whoever_said_its_sources(trust: Trust) -> None:
    assert epistemic_of(memory(trust=trust, source_ids=("m2",))) is Epistemic.INFERRED


@pytest.mark.parametrize(
    ("status", "known"),
    [
        (Status.DISPUTED, Epistemic.CONTESTED),
        (Status.SUPERSEDED, Epistemic.RETRACTED),
        (Status.QUARANTINED, Epistemic.RETRACTED),
    ],
)
@pytest.mark.parametrize("sources", [(), ("m2",)])
def test_where_it_stands_counts_first(
    status: Status, known: Epistemic, sources: tuple[str, ...]
) -> None:
    assert epistemic_of(memory(status=status, source_ids=sources)) is known
