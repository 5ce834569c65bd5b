"""What all tests of the handbook have."""

from __future__ import annotations

import pytest

from memsvc.operations.forgetting import verify
from memsvc.operations.scan import residue


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)
