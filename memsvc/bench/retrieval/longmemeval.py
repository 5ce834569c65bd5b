"""LongMemEval: one question each about a history of chats with an assistant.

Wu et al., "LongMemEval: Benchmarking Chat Assistants on Long-Term Interactive Memory", ICLR 2025.
The file is a list of questions, each with the sessions to look through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from memsvc.bench.retrieval.dialogs import Corpus, Dialog, Question, Turn

NAME = "LongMemEval"
KEYS = frozenset({"question_id", "question", "haystack_sessions", "haystack_session_ids"})
# A question of which the history does not hold the answer has an id with this ending.
ABSTAINING = "_abs"
MOMENT = "%Y/%m/%d (%a) %H:%M"
# The longest content a memory takes.
LONGEST = 32_768


class Said(BaseModel):
    """One turn of a session; `has_answer` marks evidence."""

    role: Literal["user", "assistant", "system", "tool"]
    content: str
    has_answer: bool | None = None


class Entry(BaseModel):
    """One question and its history; the three lists of sessions run in step."""

    question_id: str
    question_type: str
    question: str
    question_date: str | None = None
    haystack_dates: list[str]
    haystack_session_ids: list[str]
    haystack_sessions: list[list[Said]]
    answer_session_ids: list[str] = []

    def turns(self) -> Iterator[tuple[Turn, bool]]:
        """Every turn that says something, with whether it is marked as evidence.

        Its id counts sessions and turns, since one session may stand in a history twice.
        """
        sessions = zip(
            self.haystack_session_ids, self.haystack_dates, self.haystack_sessions, strict=True
        )
        for number, (name, date, session) in enumerate(sessions, 1):
            moment = _moment(date)
            for place, said in enumerate(session, 1):
                if content := said.content.strip()[:LONGEST]:
                    turn = Turn(f"S{number}:{place}", content, name, moment, role=said.role)
                    yield turn, bool(said.has_answer)


ENTRIES = TypeAdapter(list[Entry])


def corpus(entries: Sequence[Any]) -> Corpus:
    """One dialog for each question. Raises ValueError for entries of another shape."""
    asked = ENTRIES.validate_python(entries)
    dialogs = [dialog for entry in asked if (dialog := _dialog(entry)).questions]
    return Corpus(NAME, dialogs, len(asked) - len(dialogs))


def _dialog(entry: Entry) -> Dialog:
    """Without its question where nothing is evidence.

    Evidence are the marked turns; where none is marked, all of the sessions with the answer.
    """
    turns = list(entry.turns())
    holding = set(entry.answer_session_ids)
    evidence = {turn.id for turn, marked in turns if marked} or {
        turn.id for turn, _ in turns if turn.session_id in holding
    }
    question = Question(
        entry.question,
        entry.question_type,
        frozenset(evidence),
        adversarial=entry.question_id.endswith(ABSTAINING),
        asked_at=_moment(entry.question_date) if entry.question_date else None,
    )
    return Dialog(entry.question_id, [turn for turn, _ in turns], [question] if evidence else [])


def _moment(text: str) -> datetime:
    return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)
