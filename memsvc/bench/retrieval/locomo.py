"""LoCoMo: long conversations of two people in dated sessions, with questions about them.

Maharana et al., "Evaluating Very Long-Term Conversational Memory of LLM Agents", ACL 2024. The
file is a list of {sample_id, conversation, qa}.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, TypeAdapter

from memsvc.bench.retrieval.dialogs import Corpus, Dialog, Question, Turn

NAME = "LoCoMo"
KEYS = frozenset({"sample_id", "conversation", "qa"})
CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
ADVERSARIAL = 5

MOMENT = "%I:%M %p on %d %B, %Y"
SESSION = re.compile(r"session_(\d+)")
# "D8:6; D9:17" names two turns, "D:11:26" and "D3:01" are slips for D11:26 and D3:1.
EVIDENCE = re.compile(r"D:?(\d+):(\d+)")


class Said(BaseModel):
    """One turn of a session."""

    dia_id: str
    speaker: str
    text: str
    blip_caption: str | None = None

    @property
    def content(self) -> str:
        """What was said, and what could be seen on the photo shared with it."""
        photo = f" [shared photo: {self.blip_caption}]" if self.blip_caption else ""
        return (self.text + photo).strip()


class Asked(BaseModel):
    """One question."""

    question: str
    category: int
    evidence: list[str] = []


class Sample(BaseModel):
    """One conversation; its sessions and their dates lie under numbered keys."""

    sample_id: str
    conversation: dict[str, Any]
    qa: list[Asked]


SAMPLES = TypeAdapter(list[Sample])
SESSION_TURNS = TypeAdapter(list[Said])


def corpus(entries: Sequence[Any]) -> Corpus:
    """One dialog for each conversation. Raises ValueError for entries of another shape."""
    samples = SAMPLES.validate_python(entries)
    dialogs = [_dialog(sample) for sample in samples]
    asked = sum(len(sample.qa) for sample in samples)
    return Corpus(NAME, dialogs, asked - sum(len(dialog.questions) for dialog in dialogs))


def evidence_ids(named: Iterable[str]) -> frozenset[str]:
    """The turn ids in the evidence of a question, each as the conversation writes it."""
    return frozenset(
        f"D{int(session)}:{int(turn)}" for text in named for session, turn in EVIDENCE.findall(text)
    )


def _dialog(sample: Sample) -> Dialog:
    turns = list(_turns(sample.conversation))
    standing = {turn.id for turn in turns}
    questions = [
        Question(
            one.question,
            CATEGORIES.get(one.category, f"category {one.category}"),
            found,
            adversarial=one.category == ADVERSARIAL,
        )
        for one in sample.qa
        if (found := evidence_ids(one.evidence) & standing)
    ]
    return Dialog(sample.sample_id, turns, questions)


def _turns(conversation: dict[str, Any]) -> Iterator[Turn]:
    numbers = sorted(int(found[1]) for key in conversation if (found := SESSION.fullmatch(key)))
    for number in numbers:
        name = f"session_{number}"
        date = conversation.get(f"{name}_date_time")
        moment = datetime.strptime(date, MOMENT).replace(tzinfo=UTC) if date else None
        for said in SESSION_TURNS.validate_python(conversation[name]):
            if said.content:
                yield Turn(said.dia_id, said.content, name, moment, speaker=said.speaker)
