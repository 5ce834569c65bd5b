"""Settings that are given beside a card that was read."""

from __future__ import annotations

from memsvc.client import Agent


def test_what_is_in_the_card_or_given_stays_however_deep_it_lies(demo: Agent) -> None:
    by_class = {"sums": 0.5}
    before = demo.configure(
        admission="off",
        retention={"episodic": {"days": 90}, "semantic": {"days": 30}},
        decay={"episodic": {"policy": "none"}},
        handbook={"limit": 3, "hold_out_by_class": by_class},
    ).settings
    last = demo.configure(
        demo.card().settings,
        decay={"episodic": {"max_memories": 9}},
        retention={"semantic": None},
        handbook={"hold_out_by_class": {"mails": 0.1}},
    ).settings
    assert (last.admission, last.handbook.limit) == ("off", 3)
    assert last.handbook.hold_out_by_class == by_class | {"mails": 0.1}
    assert (last.decay.episodic.policy, last.decay.episodic.max_memories) == ("none", 9)
    assert last.retention.episodic == before.retention.episodic
    assert last.retention.semantic is None
