"""Does what was forgotten come back? A person's transcript is replayed after the request closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memsvc.bench.erasure.requests import forget
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import Served, served

PATH = "/v1/agents/bench-relearning"
PERSON, OTHER = "the-one-who-left", "the-one-who-stays"
TURNS = 20
READMIT = "/v1/subjects/readmit"


@dataclass(frozen=True, slots=True)
class Relearning:
    """What became of each statement, and what searches found of them.

    `replayed` and `readmitted` count events by name; the latter is None where the service has no
    such route. `found` are searches, in the words of the statements and in others, that found one
    of them after the replay.
    """

    turns: int
    replayed: Mapping[str, int]
    searches: int
    found: int
    readmitted: Mapping[str, int] | None


def measure_relearning(environment: Mapping[str, str]) -> Relearning:
    """Write, forget, replay, search, readmit, write again. Raises LoadFailed as `forget` does."""
    sentences = Sentences(7)
    transcript = sentences.statements(TURNS)
    with served(environment) as server:
        _say(server, transcript)
        others = {
            "memories": [{"content": one, "user_id": OTHER} for one in sentences.statements(50)]
        }
        server.ask("POST", f"{PATH}/memories", others).raise_for_status()
        forget(server, {"subject_ids": [PERSON]})
        replayed = _say(server, transcript)
        questions = [way for text in transcript for way in _ways(text)]
        found = sum(_finds(server, question, transcript) for question in questions)
        readmitted = None
        answer = server.ask("POST", READMIT, {"subject_id": PERSON})
        if answer.status_code != 404:
            answer.raise_for_status()
            readmitted = _say(server, transcript)
        return Relearning(TURNS, replayed, len(questions), found, readmitted)


def _say(server: Served, transcript: Sequence[str]) -> dict[str, int]:
    """The conversation as it was; events by name."""
    body: dict[str, Any] = {
        "messages": [{"role": "user", "content": text} for text in transcript],
        "user_id": PERSON,
        "session_id": "then",
    }
    answer = server.ask("POST", f"{PATH}/memories", body).raise_for_status()
    return dict(Counter(result["event"] for result in answer.json()["results"]))


def _ways(text: str) -> tuple[str, str]:
    """The words as they were said, and half of them in another order."""
    words = text.rstrip(".").split()
    return text, "What about " + " ".join(sorted(words[::2])) + "?"


def _finds(server: Served, question: str, transcript: Sequence[str]) -> bool:
    body = {"query": question, "limit": 50}
    answer = server.ask("POST", f"{PATH}/search", body).raise_for_status().json()
    contents = {one["memory"]["content"] for one in answer["results"]}
    return not contents.isdisjoint(transcript)
