"""Conversations for the tests of consolidation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from memsvc.core.memory import Kind, Memory
from tests.core.made import memory

START = datetime(2026, 2, 2, 9, tzinfo=UTC)
LINES = (
    "I painted the harbour of Lisbon on Monday with my sister.",
    "My new kayak has a broken rudder since last weekend.",
    "We planted seven orchards of apple trees near Porto.",
    "I lost my grandfather's violin on the tram to Braga.",
    "The lantern festival in Braga lasted three evenings.",
    "My neighbour Carla draws bridges for the city council.",
    "Wow, that looks great!",
    "How are you doing today?",
    "I always swim before breakfast.",
    "I do not always swim before breakfast.",
)


def turn(number: int, content: str, session: int = 0, **fields: Any) -> Memory:
    """Something said: Ana and Bob take turns."""
    who = ("Ana", "Bob")[number % 2]
    fields = {
        "speaker": who,
        "user_id": who.lower(),
        "event_time": START + timedelta(days=session, minutes=number),
        **fields,
    }
    return memory(
        number=number,
        id=f"m{number}",
        content=content,
        session_id=f"s{session}",
        kind=Kind.EPISODIC,
        **fields,
    )


def conversation(*contents: str, session: int = 0, first: int = 1) -> list[Memory]:
    """The turns of a session."""
    return [turn(first + place, one, session) for place, one in enumerate(contents)]


@st.composite
def conversations(draw: st.DrawFn) -> list[Memory]:
    """Some turns of some sessions, in order of writing."""
    said = draw(st.lists(st.tuples(st.sampled_from(LINES), st.integers(0, 3)), max_size=24))
    return [turn(number, content, session) for number, (content, session) in enumerate(said, 1)]
