"""What is the same for all worlds that live in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from memsvc.operations.consolidating import carry_out
from memsvc.operations.forgetting import verify
from memsvc.operations.scan import residue


@pytest.fixture
def scanning_here() -> Iterator[None]:
    """The verifier scans in this process, which alone has these databases: no lock matters.

    A process started for each of the many requests would take most of the time. And no run of
    consolidation is taken back by itself for what searches find: what it probes with may be S's.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "residue_apart", residue)
        patch.setattr(carry_out, "is_lost", lambda _before, _least: False)
        yield
