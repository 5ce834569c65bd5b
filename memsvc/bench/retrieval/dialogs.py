"""Conversations with questions about them: what the retrieval benchmark writes and asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said; it becomes one memory. `id` is unique in its dialog."""

    id: str
    content: str
    session_id: str
    event_time: datetime | None = None
    speaker: str | None = None
    role: str | None = None

    @property
    def spoken(self) -> str:
        """What was said with who said it, where that is known."""
        return f"{self.speaker}: {self.content}" if self.speaker else self.content


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of the turns that hold its answer, at least one.

    An adversarial one asks for what was never said; its evidence is what it twists.
    """

    text: str
    category: str
    evidence: frozenset[str]
    adversarial: bool = False
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dialog:
    """What one agent hears, in order, and is asked."""

    name: str
    turns: Sequence[Turn]
    questions: Sequence[Question]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The dialogs of one file; `skipped` counts questions of which no turn is evidence."""

    form: str
    dialogs: Sequence[Dialog]
    skipped: int

    @property
    def questions(self) -> list[Question]:
        """All questions, dialog after dialog."""
        return [question for dialog in self.dialogs for question in dialog.questions]

    def sampled(self, limit: int) -> Corpus:
        """With `limit` questions at most: evenly spread, and always the same ones.

        Dialogs that nothing is asked about any more are left out.
        """
        total = len(self.questions)
        if limit >= total:
            return self
        chosen = {number * total // limit for number in range(limit)}
        kept, before = [], 0
        for dialog in self.dialogs:
            places = range(before, before + len(dialog.questions))
            questions = [
                one for place, one in zip(places, dialog.questions, strict=True) if place in chosen
            ]
            before = places.stop
            if questions:
                kept.append(replace(dialog, questions=questions))
        return replace(self, dialogs=kept)
