"""Lines and changes for the tests of the handbook."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from memsvc.core.handbook.line import Line, instruction_of, topics_of
from memsvc.core.handbook.names import normalised_name
from memsvc.core.memory import Trust

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY: dict[str, Any] = {"at": AT, "actor": "key-1"}
"""When and by whom, for changes."""

ODD = st.text(
    st.one_of(
        st.sampled_from(
            "ab .:,`*_<>[]()\\#-&!|~'\u2019\u200b\u200d\u2028\u0301\u00e9\u0430\U0001f600\n\t"
        ),
        st.characters(),
    ),
    max_size=60,
)
"""Text with what Markdown, JSON or a prompt could trip over."""


def _made(make: Any) -> Any:
    def attempt(text: Any) -> Any:
        try:
            return make(text)
        except ValueError:
            return None

    return attempt


NAMES = ODD.map(_made(normalised_name)).filter(bool)
INSTRUCTIONS = ODD.map(_made(instruction_of)).filter(bool)
TOPICS = st.lists(ODD, max_size=3).map(_made(topics_of)).filter(lambda topics: topics is not None)
LINES = st.builds(
    Line,
    name=NAMES,
    instruction=INSTRUCTIONS,
    topics=TOPICS,
    trust=st.sampled_from(Trust),
    source_ids=st.lists(st.sampled_from(["t1", "t2", "t3"]), unique=True).map(tuple),
)


def line(instruction: str = "Check the units before you add.", **fields: Any) -> Line:
    """A line with some fields of its own; its name is made of its words, if none is given."""
    name = fields.pop("name", None) or normalised_name(" ".join(instruction.split()[:4]))
    return Line(name=name, instruction=instruction, **fields)
