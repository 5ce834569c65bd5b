"""Answers are built by hand; here each is held against the model that documents it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from memsvc.api.wire.agents import AgentWire
from memsvc.api.wire.audit import AuditAnswer, CheckpointAnswer
from memsvc.api.wire.behaviors import (
    BehaviorHistory,
    BehaviorList,
    ProposalsAnswer,
    StandingAnswer,
)
from memsvc.api.wire.conflicts import ConflictPageWire, ResolveAnswer
from memsvc.api.wire.consolidation import PlanWire, ProfileWire, RunList, RunWire
from memsvc.api.wire.context import ContextAnswer
from memsvc.api.wire.feedback import FeedbackAnswer, ForecastAnswer
from memsvc.api.wire.handbook import (
    DiffWire,
    HandbookWire,
    ImportAnswer,
    RolledBackAnswer,
    VersionList,
)
from memsvc.api.wire.handbook_plan import HandbookConsolidationAnswer
from memsvc.api.wire.history import HistoryWire, LineageWire
from memsvc.api.wire.hygiene import HygieneAnswer
from memsvc.api.wire.keys import Health, KeyList, NewKey, Problem, Readiness
from memsvc.api.wire.marked_sources import MarkAnswer, MarkList, RollbackAnswer, UnmarkAnswer
from memsvc.api.wire.memories import MemoryPage, MemoryWire
from memsvc.api.wire.offers import OfferAnswer, OfferOutcomeAnswer, ReportAnswer
from memsvc.api.wire.prompts import (
    PromptWire,
)
from memsvc.api.wire.search import SearchAnswer
from memsvc.api.wire.sessions import WorkingMemoryAnswer
from memsvc.api.wire.statistics import AgentStatisticsWire, TenantStatisticsWire
from memsvc.api.wire.subjects import (
    AliasesAnswer,
    LookupAnswer,
    ReadmitAnswer,
    RectifyAnswer,
    RestrictAnswer,
)
from memsvc.api.wire.timeline import TimelineAnswer
from memsvc.api.wire.traces import (
    TraceList,
    TraceResult,
    TraceWire,
)
from memsvc.api.wire.writing import WriteAnswer
from tests.api.site import Site
from tests.api.test_memories import EVERY_FIELD
from tests.operations.handbook.offering import curated, wording

MEMORIES = "/v1/agents/a1/memories"
SESSION = "/v1/agents/a1/sessions/s-goals"
TRACES = "/v1/agents/a1/traces"
BEHAVIORS = "/v1/agents/a1/behaviors"
HANDBOOK = "/v1/agents/a1/handbook"
CHECK = {"name": "check", "instruction": "Check the units.", "source_trace_ids": ["tried"]}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture(scope="module")
def shelf(lasting: Site) -> Site:
    """One memory with every field set and one with as few as can be."""
    lasting.write(EVERY_FIELD, {"content": "Bare.", "id": "bare"})
    lasting.add(
        "Derived.",
        id="derived",
        kind="procedural",
        behavior={"name": "b", "instruction": "Do."},
        source_ids=["bare"],
    )
    for id_, more in (("tried", {"steps": ["Looked."], "outcome": 1}), ("bare-trace", {})):
        body = {"task": "Find it.", "id": id_, **more}
        assert lasting.client.post(TRACES, json=body).status_code == 201
    goals = [{"content": f"Step {n} was taken.", "subgoal": f"g{n}"} for n in (1, 2)]
    lasting.write(*({**one, "session_id": "s-goals"} for one in goals))
    for place, id_ in (("Porto", "here"), ("Faro", "there")):
        office = f"The office of the company is in {place}."
        moment = "2026-01-01T00:00:00Z"
        lasting.write({"content": office, "id": id_, "kind": "semantic", "valid_from": moment})
    return lasting


def models_in(value: Any) -> Iterator[BaseModel]:
    """The model and all models within it."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from models_in(getattr(value, name))
    elif isinstance(value, list):
        for one in value:
            yield from models_in(one)


def missing(model: type[BaseModel], content: bytes) -> set[str]:
    """Fields the answer leaves out; fails when it breaks its model or has a key too many."""
    held = model.model_validate_json(content, strict=True, extra="forbid")
    return {
        f"{type(one).__name__}.{name}"
        for one in models_in(held)
        for name in type(one).model_fields.keys() - one.model_fields_set
    }


@pytest.mark.parametrize(
    ("model", "method", "path", "body"),
    [
        (WriteAnswer, "POST", MEMORIES, {"memories": [{"content": "New."}, {"content": "Bare."}]}),
        (WriteAnswer, "POST", MEMORIES, {"messages": [{"role": "user", "content": "Hello."}]}),
        (MemoryPage, "GET", MEMORIES, None),
        (MemoryPage, "GET", f"{MEMORIES}?limit=1", None),
        (MemoryPage, "GET", f"{MEMORIES}?status=superseded", None),
        (MemoryWire, "GET", f"{MEMORIES}/turn-17", None),
        (MemoryWire, "GET", f"{MEMORIES}/bare", None),
        (MemoryWire, "GET", f"{MEMORIES}/derived", None),
        (MemoryWire, "PATCH", f"{MEMORIES}/bare", {"importance": 1}),
        *(
            (
                SearchAnswer,
                "POST",
                "/v1/agents/a1/search",
                {"query": query, "explain": True, **more},
            )
            for query in ("Ana", "When did we see Bo in May?")
            for more in (
                {"mode": "fast"},
                {"mode": "deep"},
                {"mode": "auto", "limit": 1},
                {"mode": "deep", "timing": "filter", "reference_time": "2026-03-01T00:00:00Z"},
            )
        ),
        (
            SearchAnswer,
            "POST",
            "/v1/agents/a1/search",
            {"query": "Ana", "user_id": "nobody", "explain": True},
        ),
        (ContextAnswer, "POST", "/v1/agents/a1/context", {"query": "Ana"}),
        (ContextAnswer, "POST", "/v1/agents/a1/context", {"query": "Ana", "token_budget": 50}),
        (ContextAnswer, "POST", "/v1/agents/a1/context", {"query": "Ana", "mode": "deep"}),
        (ContextAnswer, "POST", "/v1/agents/a1/context", {"query": "Ana", "user_id": "nobody"}),
        (
            FeedbackAnswer,
            "POST",
            "/v1/agents/a1/feedback",
            {"items": [{"memory_id": "bare", "outcome": "partly"}]},
        ),
        (ForecastAnswer, "GET", "/v1/agents/a1/forecast", None),
        (ForecastAnswer, "GET", "/v1/agents/a1/forecast?days=3650&limit=1", None),
        (AgentWire, "GET", "/v1/agents/a1", None),
        (AgentWire, "PUT", "/v1/agents/a1", {"settings": {"ranking": {"trust": 1e-9}}}),
        (NewKey, "POST", "/v1/keys", {"role": "agent"}),
        (NewKey, "POST", "/v1/keys", {"role": "viewer", "expires_at": "2027-01-01T00:00:00Z"}),
        (KeyList, "GET", "/v1/keys", None),
        (AliasesAnswer, "POST", "/v1/subjects/aliases", {"subject_id": "x", "aliases": ["y"]}),
        (LookupAnswer, "POST", "/v1/subjects/lookup", {"subject_id": "x"}),
        (RestrictAnswer, "POST", "/v1/subjects/restrict", {"subject_id": "x", "restricted": True}),
        (RestrictAnswer, "POST", "/v1/subjects/restrict", {"subject_id": "x", "restricted": False}),
        (
            RectifyAnswer,
            "POST",
            "/v1/subjects/rectify",
            {"corrections": [{"agent_id": "a1", "memory_id": "bare", "tags": ["t"]}]},
        ),
        (ReadmitAnswer, "POST", "/v1/subjects/readmit", {"subject_id": "x"}),
        (HistoryWire, "GET", f"{MEMORIES}/here/history", None),
        (LineageWire, "GET", f"{MEMORIES}/derived/lineage", None),
        (LineageWire, "GET", f"{MEMORIES}/bare/lineage", None),
        (ConflictPageWire, "GET", "/v1/agents/a1/conflicts", None),
        (ConflictPageWire, "GET", "/v1/agents/a1/conflicts?kind=link", None),
        (ConflictPageWire, "GET", "/v1/agents/a1/conflicts?limit=1", None),
        (ResolveAnswer, "POST", "/v1/agents/a1/conflicts/here/resolve", {"keep": "there"}),
        (MemoryWire, "POST", f"{MEMORIES}/here/restore", None),
        (PlanWire, "POST", "/v1/agents/a1/consolidations", {"dry_run": True}),
        (RunWire, "POST", "/v1/agents/a1/consolidations", {}),
        (RunList, "GET", "/v1/agents/a1/consolidations", None),
        (ProfileWire, "GET", "/v1/agents/a1/profile?user_id=u1", None),
        (ProfileWire, "GET", "/v1/agents/a1/profile?user_id=nobody", None),
        (MemoryWire, "POST", f"{SESSION}/subgoals/g1/complete", {"met": True}),
        (MemoryWire, "POST", f"{SESSION}/subgoals/g1/complete", {"met": False, "summary": "So."}),
        (WorkingMemoryAnswer, "GET", f"{SESSION}/working-memory?expand=g1", None),
        (WorkingMemoryAnswer, "GET", f"{SESSION}/working-memory?max_tokens=50", None),
        (ProposalsAnswer, "POST", BEHAVIORS, CHECK),
        (ProposalsAnswer, "POST", BEHAVIORS, {"answer": '{"behaviors": []}'}),
        (BehaviorList, "GET", BEHAVIORS, None),
        (BehaviorHistory, "GET", f"{BEHAVIORS}/behavior_check", None),
        (StandingAnswer, "PATCH", f"{BEHAVIORS}/behavior_check", {"topics": ["sums"]}),
        (StandingAnswer, "POST", f"{BEHAVIORS}/behavior_check/rollback", {}),
        (StandingAnswer, "POST", f"{BEHAVIORS}/behavior_check/approve", None),
        (StandingAnswer, "POST", f"{BEHAVIORS}/behavior_check/retire", None),
        (AgentStatisticsWire, "GET", "/v1/agents/a1/stats", None),
        (TenantStatisticsWire, "GET", "/v1/stats", None),
        (TimelineAnswer, "GET", "/v1/stats/timeseries?measure=seconds.search", None),
        (HandbookWire, "GET", f"{HANDBOOK}?status=retired", None),
        (VersionList, "GET", f"{HANDBOOK}/versions", None),
        (DiffWire, "GET", f"{HANDBOOK}/diff?from=0&to=2", None),
        (DiffWire, "GET", f"{HANDBOOK}/diff?from=1", None),
        (RolledBackAnswer, "POST", f"{HANDBOOK}/rollback", {"version": 1}),
        (ImportAnswer, "POST", f"{HANDBOOK}/import", {"text": "- `behavior_new`: Look twice."}),
        (TraceResult, "POST", TRACES, {"task": "Add.", "content": "2", "outcome": "success"}),
        (TraceList, "GET", TRACES, None),
        (TraceList, "GET", f"{TRACES}?limit=1", None),
        (TraceWire, "GET", f"{TRACES}/tried", None),
        (TraceWire, "GET", f"{TRACES}/bare-trace", None),
        (PromptWire, "GET", f"{TRACES}/tried/reflection-prompt?also=bare-trace", None),
        (PromptWire, "GET", f"{TRACES}/tried/curation-prompt?reflection=So", None),
        (PromptWire, "POST", f"{TRACES}/tried/curation-prompt", {"also": ["bare-trace"]}),
        (OfferAnswer, "POST", f"{HANDBOOK}/search", {"task": "Find it."}),
        (ReportAnswer, "GET", f"{HANDBOOK}/report", None),
        (HandbookConsolidationAnswer, "POST", f"{HANDBOOK}/consolidations", {"dry_run": True}),
        (HandbookConsolidationAnswer, "POST", f"{HANDBOOK}/consolidations", {}),
        (HygieneAnswer, "GET", "/v1/agents/a1/hygiene", None),
        (MarkAnswer, "POST", "/v1/agents/a1/marked-sources", {"user_id": "x", "session_id": "y"}),
        (MarkAnswer, "POST", "/v1/agents/a1/marked-sources", {"channel": "tool"}),
        (MarkList, "GET", "/v1/agents/a1/marked-sources", None),
        (AuditAnswer, "GET", "/v1/audit", None),
        (AuditAnswer, "GET", "/v1/audit?limit=1", None),
        (AuditAnswer, "GET", "/v1/audit?action=agent.configured", None),
        (CheckpointAnswer, "GET", "/v1/audit/checkpoint", None),
        (Health, "GET", "/healthz", None),
        (Readiness, "GET", "/readyz", None),
    ],
)
def test_an_answer_has_its_model_s_keys_and_no_other(
    shelf: Site, model: type[BaseModel], method: str, path: str, body: Any
) -> None:
    answer = shelf.client.request(method, path, json=body)

    assert answer.status_code in (200, 201, 202)
    assert answer.headers["content-type"] == "application/json"
    # A reason has only what was not stored; what is contradicted, only what is.
    may_be_left_out = {"WriteResult.reason", "TraceResult.reason", "Result.contradicts"}
    assert missing(model, answer.content) - may_be_left_out == set()


@pytest.mark.parametrize(
    ("model", "method", "rest"),
    [(RollbackAnswer, "POST", "/rollback"), (UnmarkAnswer, "DELETE", "?release=true")],
)
def test_an_answer_about_a_mark_has_its_model_s_keys(
    shelf: Site, model: type[BaseModel], method: str, rest: str
) -> None:
    path = "/v1/agents/a1/marked-sources"
    mark_id = shelf.client.post(path, json={"user_id": "x"}).json()["id"]
    answer = shelf.client.request(method, f"{path}/{mark_id}{rest}")

    assert answer.status_code == 200
    assert missing(model, answer.content) == set()


def test_answers_about_offers_have_their_models_keys(shelf: Site) -> None:
    curated(shelf.runtime, wording("look", "Look twice before you find it."))
    settings = {"handbook": {"hold_out": 0, "relevance_floor": -1}}
    assert shelf.client.put("/v1/agents/a1", json={"settings": settings}).status_code == 200
    offered = shelf.client.post(f"{HANDBOOK}/search", json={"task": "Find it."})
    path = f"{HANDBOOK}/offers/{offered.json()['offer_id']}/outcome"
    body = {"outcome": "success", "input_tokens": 1, "output_tokens": 1}
    told = shelf.client.post(path, json=body)
    report = shelf.client.get(f"{HANDBOOK}/report")

    assert offered.json()["behaviors"]
    assert any(one["worth"] for one in report.json()["lines"])
    for model, answer in (
        (OfferAnswer, offered),
        (OfferOutcomeAnswer, told),
        (ReportAnswer, report),
    ):
        assert missing(model, answer.content) == set()


@pytest.mark.parametrize("mode", ["fast", "deep", "auto"])
def test_details_are_left_out_of_a_search_that_did_not_ask_for_them(shelf: Site, mode: str) -> None:
    answer = shelf.client.post("/v1/agents/a1/search", json={"query": "Ana", "mode": mode})

    assert answer.json()["results"]
    left_out = missing(SearchAnswer, answer.content) - {"Result.contradicts"}
    assert left_out == {"Result.score_details"}


@pytest.mark.parametrize(
    ("method", "path", "body", "left_out"),
    [
        ("GET", "/v1/nothing", None, {"Problem.errors"}),
        ("PUT", "/v1/keys", None, {"Problem.errors"}),
        ("GET", f"{MEMORIES}/nothing", None, {"Problem.errors"}),
        ("POST", MEMORIES, {"memories": []}, set()),
        ("POST", "/v1/agents/a1/search", {"query": "x", "filters": {"nothing": 1}}, set()),
        ("POST", MEMORIES, {"memories": [{"content": "x", "id": "bare"}]}, {"Problem.errors"}),
    ],
)
def test_a_problem_has_its_model_s_keys_and_no_other(
    shelf: Site, method: str, path: str, body: Any, left_out: set[str]
) -> None:
    answer = shelf.client.request(method, path, json=body)

    assert answer.status_code >= 400
    assert missing(Problem, answer.content) == left_out


@pytest.mark.parametrize(
    ("path", "within"),
    [
        (f"{MEMORIES}/turn-17", []),
        (MEMORIES, ["memories"]),
        ("/v1/agents/a1", []),
        ("/v1/keys", ["keys"]),
        ("/v1/audit", ["records"]),
        ("/v1/audit/checkpoint", []),
    ],
)
def test_every_time_is_utc_and_ends_in_z(shelf: Site, path: str, within: list[str]) -> None:
    answer = shelf.client.get(path).json()
    for step in within:
        answer = answer[step][-1]

    times = {
        name: value
        for name, value in answer.items()
        if f"_{name}".endswith(("_at", "_time", "_from", "_to")) and value is not None
    }
    assert times
    assert [name for name, value in times.items() if not TIME.fullmatch(value)] == []
