"""An agent in figures, over HTTP."""

from __future__ import annotations

from memsvc.core.access import Role
from tests.api.site import Site, is_problem

AGENT = "/v1/agents/a1"


def test_figures_of_an_agent_and_its_handbook(site: Site) -> None:
    is_problem(site.client.get(f"{AGENT}/stats"), 404, "not_found")
    for id_ in ("t1", "t2"):
        site.client.post(f"{AGENT}/traces", json={"id": id_, "task": f"Add it up ({id_})."})
    body = {
        "name": "units",
        "instruction": "Check the units.",
        "source_trace_ids": ["t1", "t2"],
        "tokens": 10,
    }
    site.client.post(f"{AGENT}/behaviors", json=body)
    site.client.put(AGENT, json={"settings": {"handbook": {"hold_out": 0.0}}})
    for success in ("success", "failure"):
        offer = site.client.post(f"{AGENT}/handbook/search", json={"task": "Check the units."})
        path = f"{AGENT}/handbook/offers/{offer.json()['offer_id']}/outcome"
        told = {"outcome": success, "input_tokens": 10, "output_tokens": 5}
        assert site.client.post(path, json=told).status_code == 200

    found = site.client.get(f"{AGENT}/stats", headers=site.key(Role.VIEWER)).json()

    assert found["memories"] == 3
    handbook = found["handbook"]
    assert (handbook["version"], handbook["traces"]) == (1, 2)
    assert handbook["behaviors"] == {"candidate": 0, "active": 1, "retired": 0}
    assert (handbook["worth"]["offered"], handbook["worth"]["held_out"]) == (2, 0)
    assert handbook["worth"]["success"]["estimate"] == 0.5
    metrics = site.client.get("/metrics").text
    assert 'memsvc_handbook_offers_total{held_out="False"} 2.0' in metrics
    assert 'memsvc_handbook_outcomes_total{held_out="False"} 2.0' in metrics
