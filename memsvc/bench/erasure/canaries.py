"""Canaries: what one person leaves in a service, every word of it to be found nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memsvc.bench.erasure.scanning import Needles
from memsvc.bench.sentences import Sentences

SCOPES = ("people", "state", "trajectory", "environment")

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""The first vector of each text, by the model that the service uses."""


def word() -> str:
    """Twelve letters and digits that nobody else has."""
    return secrets.token_hex(6)


@dataclass(frozen=True, slots=True)
class Canaries:
    """One person of one scope, in an agent of theirs or among others.

    `words` are what is looked for, by what they are. `told` are the contents, the first one the
    memory that has everything.
    """

    scope: str
    agent: str
    words: Mapping[str, str]
    told: Sequence[str]

    @classmethod
    def sung(cls, scope: str, agent: str, count: int) -> Canaries:
        """New canaries: a person with `count` memories."""
        words = {
            "user id": f"{word()}-user",
            "e-mail": f"{word()}@example.org",
            "session id": f"{word()}-session",
            "speaker": f"{word().capitalize()} Müller",
            "metadata key": f"{word()}_key",
            "metadata": f"{word()} value",
            "tag": f"{word()}-tag",
            "fact object": f"{word()} town",
            "query": f"{word()} was asked about",
            "new content": f"{word()} is what it says since it was changed",
        }
        told = [f"{word()} keeps {word()} behind the old {word()}" for _ in range(count)]
        return cls(scope, agent, words, told)

    @property
    def user(self) -> str:
        return self.words["user id"]

    @property
    def session(self) -> str:
        return self.words["session id"]

    @property
    def path(self) -> str:
        """The agent's path."""
        return f"/v1/agents/{self.agent}"

    def drafts(self) -> list[dict[str, Any]]:
        """The person's memories, as a client offers them."""
        words = self.words
        plain = {"user_id": self.user, "session_id": self.session}
        first = {
            "content": self.told[0],
            "subject_ids": [words["e-mail"]],
            "speaker": words["speaker"],
            "metadata": {words["metadata key"]: words["metadata"]},
            "tags": [words["tag"]],
            "kind": "semantic",
            "fact": {"subject": words["speaker"], "predicate": "lives in"}
            | {"object": words["fact object"]},
        }
        return [plain | first, *(plain | {"content": one} for one in self.told[1:])]

    def add_to(self, needles: Needles, embed: Embed) -> None:
        """Have all of it looked for; vectors of the contents, too."""
        for name, text in self.words.items():
            needles.add_text(f"{self.scope}: {name}", text)
        for at, (text, vector) in enumerate(zip(self.told, embed(self.told), strict=True)):
            needles.add_text(f"{self.scope}: content {at}", text)
            needles.add_vector(f"{self.scope}: vector {at}", vector)


def mixed(
    people: Sequence[Canaries], others: int, sentences: Sentences
) -> Iterator[tuple[Canaries | None, str, dict[str, Any]]]:
    """All drafts, each with whose it is and its agent, the canaries evenly among the others.

    So that a page of the database holds both.
    """
    waiting = [(one, draft) for one in people for draft in one.drafts()]
    # Round by round, so that people alternate.
    waiting.sort(key=lambda pair: pair[0].told.index(pair[1]["content"]))
    agents = sorted({one.agent for one in people})
    total = others + len(waiting)
    given = 0
    for at in range(total):
        if (at + 1) * len(waiting) // total > given:
            one, draft = waiting[given]
            given += 1
            yield one, one.agent, draft
        else:
            [text] = sentences.statements(1)
            draft = {"content": text, "user_id": f"user-{at % 20}", "session_id": f"s-{at % 7}"}
            yield None, agents[at % len(agents)], draft
