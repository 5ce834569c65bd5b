"""What is said of things that have one value at a time, and in conversations about oneself."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

CITIES = ["Lisbon", "Porto", "Oslo"]
DAYS = ["Monday", "Tuesday", "Friday"]
NUMBERS = ["100", "250", "400"]
PEOPLE = ["Ilse Dahl", "Tom Berg", "Mara Venn"]


class Topic(NamedTuple):
    """How something is said, how it is denied, and its values."""

    said: str
    denied: str | None
    values: list[str]
    fact: tuple[str, str] | None = None


TOPICS = [
    Topic("Priya lives in {}.", "Priya no longer lives in {}.", CITIES, ("Priya", "lives in")),
    Topic("The deploy window is {}.", None, DAYS),
    Topic("Deploy window: {}", None, DAYS),
    Topic("The rate limit of the API is {}.", None, NUMBERS, ("API", "rate limit")),
    Topic("The chief executive of Kestrel is {}.", None, PEOPLE, ("Kestrel", "chief executive")),
    # Read beside the one above alone.
    Topic("{} occupies the corner office at Kestrel.", None, PEOPLE),
    # Ends what names this value, whatever came instead.
    Topic("We changed the deploy window away from {}.", None, DAYS),
    Topic("The chief executive job at Kestrel no longer belongs to {}.", None, PEOPLE),
]

SENTENCES = [
    "I live in {}.",
    "I moved to {} last spring.",
    "I no longer live in {}.",
    "My sister lives in {}.",
    "We painted the old harbour wall of {} together.",
    "My favourite tea is green.",
    "I am allergic to nuts.",
    "The tram to {} was late again, so we walked along the river.",
    "Which boat goes to {}?",
    "Thanks a lot!",
]
"""Of conversations: facts, what recurs, and what tells little."""

topics = st.sampled_from(TOPICS)
places = st.integers(0, 2)
told = st.builds(lambda said, place: said.format(CITIES[place]), st.sampled_from(SENTENCES), places)
talks = st.lists(told, min_size=2, max_size=5)


def statement(topic: Topic, place: int, form: str) -> dict[str, Any]:
    """A draft that states it: as an event out of no conversation, a fact, or a denial."""
    value = topic.values[place]
    draft: dict[str, Any] = {"content": topic.said.format(value)}
    if form == "denied" and topic.denied is not None:
        draft["content"] = topic.denied.format(value)
    if form in ("fact", "structured"):
        draft["kind"] = "semantic"
    if form == "structured" and topic.fact is not None:
        subject, predicate = topic.fact
        draft["fact"] = {"subject": subject, "predicate": predicate, "object": value}
    return draft


forms = st.sampled_from(["event", "fact", "structured", "denied"])
