"""Two small files, made up: a conversation as LoCoMo has it, a history as LongMemEval."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

SAMPLE: dict[str, Any] = {
    "sample_id": "tiny-1",
    "conversation": {
        "speaker_a": "Mira",
        "speaker_b": "Jonas",
        "session_2_date_time": "12:05 am on 3 June, 2024",
        "session_2": [
            {"speaker": "Jonas", "dia_id": "D2:1", "text": "Good to see you!"},
            {"speaker": "Mira", "dia_id": "D2:2", "text": "My sister Tessa moved to Lisbon."},
            {
                "speaker": "Jonas",
                "dia_id": "D2:3",
                "text": "Look at this.",
                "blip_caption": "a photo of a red canoe on a lake",
            },
        ],
        "session_1_date_time": "1:56 pm on 8 May, 2024",
        "session_1": [
            {"speaker": "Jonas", "dia_id": "D1:1", "text": "Good to see you!"},
            {"speaker": "Mira", "dia_id": "D1:2", "text": "I adopted a grey cat called Miso."},
            {"speaker": "Jonas", "dia_id": "D1:3", "text": "I started to learn the violin."},
            {"speaker": "Mira", "dia_id": "D1:4", "text": "", "blip_caption": ""},
        ],
        "session_3_date_time": "9:00 am on 4 June, 2024",
    },
    "qa": [
        {"question": "What is Mira's cat called?", "evidence": ["D1:02"], "category": 4},
        {"question": "When did Jonas start the violin?", "evidence": ["D:1:3"], "category": 2},
        {"question": "What did Jonas say twice?", "evidence": ["D1:1; D2:1"], "category": 1},
        {"question": "Which canoe did Mira show?", "evidence": ["D2:3"], "category": 5},
        {"question": "Does Mira like animals?", "evidence": [], "category": 3},
        {"question": "Who is Paula?", "evidence": ["D9:1", "D"], "category": 4},
    ],
}

ENTRY: dict[str, Any] = {
    "question_id": "q-1",
    "question_type": "single-session-user",
    "question": "What colour is my bicycle?",
    "answer": "green",
    "question_date": "2024/06/10 (Mon) 08:30",
    "haystack_dates": ["2024/05/20 (Mon) 02:21", "2024/05/21 (Tue) 10:00"],
    "haystack_session_ids": ["chat-a", "chat-b"],
    "haystack_sessions": [
        [
            {"role": "user", "content": "How do I bake rye bread?"},
            {"role": "assistant", "content": "Mix flour and water, and wait a day."},
        ],
        [
            {"role": "user", "content": "I painted my bicycle green today.", "has_answer": True},
            {"role": "assistant", "content": "What a nice colour!", "has_answer": False},
            {"role": "assistant", "content": "  "},
        ],
    ],
    "answer_session_ids": ["chat-b"],
}


def entry(**changed: object) -> dict:
    """The question with other values."""
    return copy.deepcopy(ENTRY) | changed


def unmarked() -> list[list[dict]]:
    """The sessions of the question without marks of evidence."""
    return [
        [{"role": said["role"], "content": said["content"]} for said in session]
        for session in copy.deepcopy(ENTRY)["haystack_sessions"]
    ]


def written(folder: Path, entries: object) -> Path:
    """A file of the entries."""
    path = folder / "dialogs.json"
    path.write_text(json.dumps(entries))
    return path
