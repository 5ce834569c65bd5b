"""A real conversation goes in over HTTP and comes back from search."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.serving.server import Server

LOCOMO = Path(__file__).parents[3] / "shared" / "data" / "locomo-dev.json"

pytestmark = pytest.mark.skipif(
    not LOCOMO.exists(), reason="the LoCoMo conversations are not beside this checkout"
)


def turns_of(conversation: dict[str, Any]) -> list[dict[str, Any]]:
    """Every turn as a memory whose id is the turn's."""
    drafts = []
    for name, turns in conversation.items():
        if not re.fullmatch(r"session_\d+", name):
            continue
        said = conversation[f"{name}_date_time"]
        moment = datetime.strptime(said, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
        for turn in turns:
            caption = turn.get("blip_caption")
            photo = f" [shared photo: {caption}]" if caption else ""
            drafts.append(
                {
                    "content": turn["text"] + photo,
                    "id": turn["dia_id"],
                    "speaker": turn["speaker"],
                    "user_id": turn["speaker"],
                    "session_id": name,
                    "event_time": moment.isoformat(),
                }
            )
    return drafts


def test_a_conversation_goes_in_and_its_evidence_comes_back(started: Server) -> None:
    sample = json.loads(LOCOMO.read_text())[1]
    drafts = turns_of(sample["conversation"])
    path = "/v1/agents/locomo/memories"
    for start in range(0, len(drafts), 100):
        body = {"memories": drafts[start : start + 100]}
        answer = started.client.post(path, json=body).raise_for_status().json()
        assert {one["event"] for one in answer["results"]} <= {"added", "duplicate"}
    total = started.client.get(path).json()["total"]
    assert total > len(drafts) * 0.98

    shares = []
    for question in sample["qa"]:
        evidence = set(question["evidence"]) & {one["id"] for one in drafts}
        if not evidence:
            continue
        asked = {"query": question["question"], "limit": 10}
        found = started.client.post("/v1/agents/locomo/search", json=asked).json()["results"]
        assert len(found) == 10
        ids = {one["memory"]["id"] for one in found}
        shares.append(len(evidence & ids) / len(evidence))
    recall = sum(shares) / len(shares)
    assert recall > 0.8, f"recall@10 over {len(shares)} questions"
