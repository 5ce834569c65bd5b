"""What is said in other words ends what was said before, and is kept with the memory.

The vectors are of the double for tests: what is worded as a prototype is near to it, and nothing
else is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings, Contradiction
from memsvc.core.frames.prototypes import PROTOTYPES
from memsvc.core.memory import Draft, Event, Kind, Status
from memsvc.core.statements import slots_said
from memsvc.embedding.prototypes import KeptVectors
from memsvc.operations.configure import configure
from memsvc.operations.export import export
from memsvc.operations.read_meaning import KeptMeanings
from memsvc.operations.revise import Revision, revise
from memsvc.operations.take_in import take_in
from memsvc.runtime import Runtime
from tests.operations.remembering import SCOPE
from tests.operations.stating import everything, state

BEFORE = "The capital of Ostland is Kelm."
REWORDED = "The rulers of Ostland reside in Varn."
READ = ((("ostland", "capital", "varn", False),),)


@pytest.fixture
def reading(runtime: Runtime, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime that reads statements by their meaning."""
    sentences = [one.text for one in PROTOTYPES]
    kept = KeptVectors(runtime.embedder, sentences, tmp_path / "models" / "prototypes.npy")
    meaning = KeptMeanings(kept)
    yield replace(runtime, meaning=meaning)
    meaning.close()


def fact(content: str, id_: str) -> Draft:
    return Draft(content=content, kind=Kind.SEMANTIC, user_id="ana", id=id_)


def test_other_words_for_the_same_thing_end_what_was_said(reading: Runtime) -> None:
    state(reading, fact(BEFORE, "old"))
    written = state(reading, fact(REWORDED, "new"))
    assert (written.event, written.affected) == (Event.SUPERSEDED, ("old",))
    held = everything(reading)
    assert held["old"].superseded_by == "new"
    assert held["new"].read == READ
    assert held["new"].slots == slots_said(held["new"], READ)


def test_they_are_ended_in_turn(reading: Runtime) -> None:
    state(reading, fact(REWORDED, "old"))
    assert state(reading, fact(BEFORE, "new")).affected == ("old",)


def test_without_a_reader_they_stand_side_by_side(runtime: Runtime) -> None:
    state(runtime, fact(BEFORE, "old"))
    assert state(runtime, fact(REWORDED, "new")).event is Event.ADDED
    assert everything(runtime)["new"].read == ()


def test_the_agents_setting_switches_it_off(reading: Runtime) -> None:
    configure(reading, SCOPE, AgentSettings(contradiction=Contradiction.OFF))
    state(reading, fact(BEFORE, "old"))
    assert state(reading, fact(REWORDED, "new")).event is Event.ADDED
    assert everything(reading)["old"].status is Status.ACTIVE


def test_turns_of_a_conversation_are_not_read(reading: Runtime) -> None:
    turn = Draft(content=REWORDED, session_id="s", role="user", user_id="ana", id="turn")
    state(reading, turn)
    assert everything(reading)["turn"].read == ()


def test_changed_content_is_read_anew(reading: Runtime) -> None:
    state(reading, fact(BEFORE, "old"))
    state(reading, fact("Nothing happened.", "new"))
    revise(reading, SCOPE, "new", Revision({"content": REWORDED}))
    held = everything(reading)
    assert held["new"].read == READ
    assert held["old"].superseded_by == "new"
    revise(reading, SCOPE, "new", Revision({"content": "Nothing happened."}))
    held = everything(reading)
    assert held["new"].read == ()
    assert held["old"].status is Status.ACTIVE


def test_what_is_imported_is_read(reading: Runtime, tmp_path: Path) -> None:
    state(reading, fact(BEFORE, "old"))
    state(reading, fact(REWORDED, "new"))
    file = tmp_path / "out.jsonl"
    export(reading, file, SCOPE.tenant, SCOPE.agent_id, lambda _done, _total: None)
    take_in(reading, file, "elsewhere", lambda _done, _total: None)
    there = everything(reading, Scope("elsewhere", SCOPE.agent_id))
    here = everything(reading)
    assert there["new"].read == here["new"].read == READ
    assert there["new"].slots == here["new"].slots
    assert there["old"].superseded_by == "new"


def test_vectors_are_made_once_and_a_damaged_file_is_made_anew(
    runtime: Runtime, tmp_path: Path
) -> None:
    file = tmp_path / "kept.npy"
    sentences = ["X is run from Y", "X heads Y"]
    first = KeptVectors(runtime.embedder, sentences, file)
    made = first.vectors()
    assert made.shape == (2, runtime.embedder.identity.dimension)
    stamp = file.stat().st_mtime_ns
    assert (KeptVectors(runtime.embedder, sentences, file).vectors() == made).all()
    assert file.stat().st_mtime_ns == stamp
    file.write_bytes(b"\x93NUMPY")
    assert (KeptVectors(runtime.embedder, sentences, file).vectors() == made).all()
    assert file.stat().st_size > 100
