"""What the agents of some pages have lived through: disputes, a handbook, talk to consolidate."""

from __future__ import annotations

from typing import Any

from tests.dashboard.story import HOSTILE, IMAGE, ask, write
from tests.serving.server import Server

FIGURES = {"input_tokens": 900, "output_tokens": 400}
OFFERS = 40
BOTH = ["t1", "t2"]
STEPS = ("Read the lengths", "Convert them to metres", "Add them up")


def office(place: str, id_: str, since: str = "2026-01-01", **more: Any) -> dict[str, Any]:
    """Where the office is, as of a day."""
    said = {"content": f"The office of the company is in {place}.", "kind": "semantic", "id": id_,
            "valid_from": f"{since}T00:00:00Z"}  # fmt: skip
    return {"user_id": "ana", "channel": "user"} | said | more


def dispute(server: Server, agent: str, *, user_id: str = "ana") -> None:
    """A user's word, and the web's, later."""
    mine, theirs = f"{user_id}-user", f"{user_id}-web"
    write(server, office("Porto", mine, user_id=user_id), agent=agent)
    write(server, office("Faro", theirs, "2026-02-01", user_id=user_id, channel="web"), agent=agent)


def differ(server: Server, agent: str) -> None:
    """Two turns of conversations that tell of one thing differently, and one that cites markup."""
    for day, words in (
        ("2026-02-01", "My office is in Braga."),
        ("2026-02-09", "My office is in Faro."),
    ):
        turn = {"content": words, "id": f"said-{day}", "event_time": f"{day}T09:00:00Z",
                "session_id": IMAGE, "user_id": "bea", "role": "user"}  # fmt: skip
        write(server, turn, agent=agent)


def learn(server: Server, agent: str) -> None:
    """A handbook with behaviors of every status, reworded, some never offered."""
    for id_ in (*BOTH, "t3"):
        trace = {
            "id": id_,
            "task": f"Add what was measured ({id_}).",
            "steps": list(STEPS),
            "outcome": "success",
        }
        ask(server, "POST", "/traces", trace, agent)
    put(
        server,
        agent,
        "units",
        "Check the units before you add.",
        source_trace_ids=BOTH,
        topics=["sums"],
    )
    put(server, agent, "estimate", "Estimate the result first.", source_trace_ids=BOTH, tokens=300)
    put(server, agent, "draw", "Draw what you were told before you reckon.", source_trace_ids=BOTH)
    put(server, agent, "ask", "Ask before you pay.", source_trace_ids=["t1"])
    put(server, agent, "markup", HOSTILE[0], source_trace_ids=BOTH)
    change = {"instruction": "Check the units of all lengths before you add them up."}
    ask(server, "PATCH", "/behaviors/behavior_units", change, agent)
    ask(server, "POST", "/behaviors/behavior_draw/retire", {}, agent)


def put(server: Server, agent: str, name: str, instruction: str, **more: Any) -> None:
    """Put a behavior forward."""
    ask(server, "POST", "/behaviors", {"name": name, "instruction": instruction, **more}, agent)


def offer(server: Server, agent: str, times: int = OFFERS) -> None:
    """Have it offered and held out so often, and tell how it went: better with it than without."""
    for at in range(2 * times):
        settings = {"handbook": {"hold_out": float(at >= times), "relevance_floor": -1.0}}
        if at % times == 0:
            answer = server.client.put(f"/v1/agents/{agent}", json={"settings": settings})
            assert answer.is_success, answer.text
        path = f"/v1/agents/{agent}/handbook"
        made = server.client.post(f"{path}/search", json={"task": "Add up the lengths."}).json()
        bad = at % (3 if made["held_out"] else 8) == 0
        told: dict[str, Any] = FIGURES | {"outcome": "failure" if bad else "success"}
        told["output_tokens"] = (700 if made["held_out"] else 400) + 10 * (at % 7)
        told["cited"] = [one["name"] for one in made["behaviors"]][: at % 2]
        answer = server.client.post(f"{path}/offers/{made['offer_id']}/outcome", json=told)
        assert answer.is_success, answer.text


def talk(server: Server, agent: str) -> None:
    """Ana has said something, a good while ago, and so has somebody who writes markup."""
    turns = ("I live in Lisbon with my sister.", "I work at Acme as a nurse.",
             "We planted seven orchards of apple trees near Porto.", *HOSTILE)  # fmt: skip
    drafts = [
        {"content": content, "id": f"turn-{at}", "user_id": "ana", "speaker": "Ana",
         "session_id": "s1", "event_time": f"2026-02-02T09:0{at}:00Z"}
        for at, content in enumerate(turns)
    ]  # fmt: skip
    write(server, *drafts, agent=agent)
