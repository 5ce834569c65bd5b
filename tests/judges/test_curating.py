"""A language model that curates: what it is asked, what it costs, and what becomes of silence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.handbook.reflection import SCHEMA
from memsvc.errors import JudgeUnavailable, StartupError
from memsvc.judges import chat
from memsvc.judges.budget import TokensInMemory
from memsvc.judges.chat import BYTES_PER_TOKEN, MOST_BELIEVED, TOKENS_AROUND, ChatLimits, ChatModel
from memsvc.judges.llm_curator import CURATE, REFLECT, LlmCurator
from memsvc.judges.protocol import Curator, Unsaid, Written
from memsvc.wiring import build_runtime
from tests.judges.chat_endpoint import USED, Answer, ChatEndpoint, completion, prompt_in

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = "2026-03-01"
AGENT = 7
PROMPT = "Below are attempts. ĉ"
LIMITS = ChatLimits(timeout_s=1.0, retries=1, max_tokens=50)


@pytest.fixture(autouse=True)
def _short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "FIRST_DELAY_S", 0.01)


@pytest.fixture
def budget() -> TokensInMemory:
    return TokensInMemory(FixedClock(NOW), 100_000)


@pytest.fixture
def curator(endpoint: ChatEndpoint, budget: TokensInMemory) -> Iterator[Curator]:
    endpoint.reads, endpoint.model = prompt_in, lambda prompt: f"I read: {prompt}"
    made = LlmCurator(ChatModel(endpoint.url, "some-model", None, budget, LIMITS))
    yield made
    made.close()


def parts(request: Mapping[str, Any]) -> tuple[str, str]:
    """The instructions and the question."""
    system, user = request["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    return system["content"], user["content"]


def test_it_reflects_in_prose(
    curator: Curator, endpoint: ChatEndpoint, budget: TokensInMemory
) -> None:
    endpoint.wrote = 40

    assert curator.reflect(AGENT, PROMPT) == Written(f"I read: {PROMPT}", 40)

    [request] = endpoint.requests
    assert parts(request) == (REFLECT, PROMPT)
    assert "response_format" not in request
    assert request["max_tokens"] == 50
    assert budget.used(AGENT, DAY) == USED


def test_it_curates_in_json_of_a_schema(curator: Curator, endpoint: ChatEndpoint) -> None:
    endpoint.model = lambda _prompt: {"behaviors": []}
    endpoint.wrote = 9

    assert curator.curate(AGENT, PROMPT, SCHEMA) == Written('{"behaviors": []}', 9)

    [request] = endpoint.requests
    instructions, question = parts(request)
    assert question == PROMPT
    assert instructions.startswith(CURATE)
    assert json.loads(instructions.removeprefix(CURATE)) == SCHEMA
    assert request["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize("told", [None, 0, -3, MOST_BELIEVED + 1])
def test_tokens_that_are_not_told_are_estimated(
    curator: Curator, endpoint: ChatEndpoint, told: int | None
) -> None:
    endpoint.script.append(Answer(body=completion("ĉ" * 50, wrote=told)))

    assert curator.reflect(AGENT, PROMPT) == Written("ĉ" * 50, -(-100 // BYTES_PER_TOKEN))


def test_what_is_cut_off_is_told(curator: Curator, endpoint: ChatEndpoint) -> None:
    endpoint.script.append(Answer(body=completion('{"beh', ended="length", wrote=50)))

    assert curator.curate(AGENT, PROMPT, SCHEMA) == Written('{"beh', 50, is_whole=False)


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"[]", b"{}", b'{"choices": []}', completion(" \n"), completion("")],
    ids=repr,
)
def test_what_is_no_text_is_paid_for(
    curator: Curator, endpoint: ChatEndpoint, budget: TokensInMemory, body: bytes
) -> None:
    endpoint.script.extend([Answer(body=body)] * 2)

    assert curator.reflect(AGENT, PROMPT) is Unsaid.MALFORMED
    assert curator.curate(AGENT, PROMPT, SCHEMA) is Unsaid.MALFORMED
    assert len(endpoint.requests) == 2
    assert budget.used(AGENT, DAY) > 0


def test_nothing_is_asked_that_the_budget_does_not_last_for(endpoint: ChatEndpoint) -> None:
    endpoint.reads, endpoint.model = prompt_in, lambda _prompt: "So."
    most = len((REFLECT + PROMPT).encode()) + TOKENS_AROUND + LIMITS.max_tokens
    budget = TokensInMemory(FixedClock(NOW), most)
    with closing(LlmCurator(ChatModel(endpoint.url, "m", None, budget, LIMITS))) as curator:
        assert isinstance(curator.reflect(AGENT, PROMPT), Written)
        assert curator.reflect(AGENT, PROMPT) is Unsaid.BUDGET_SPENT
        assert curator.curate(AGENT, PROMPT, SCHEMA) is Unsaid.BUDGET_SPENT

    assert len(endpoint.requests) == 1
    assert budget.used(AGENT, DAY) == USED


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(status=500), "HTTP 500"),
        (Answer(drop=True), "did not answer"),
        (Answer(silent=True), "within 1 s"),
        (Answer(status=401), "refused the API key"),
    ],
)
def test_an_endpoint_that_does_not_answer(
    curator: Curator, endpoint: ChatEndpoint, answer: Answer, why: str
) -> None:
    endpoint.script.extend([answer] * 2)

    with pytest.raises(JudgeUnavailable, match=why):
        curator.reflect(AGENT, PROMPT)


def settings(folder: Path, **llm: object) -> Settings:
    return Settings.model_validate(
        {"data_dir": folder, "embedding": {"backend": "hashing"}, "llm": llm}
    )


def test_the_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Settings().llm.curate
    monkeypatch.setenv("MEMSVC_LLM__CURATE", "true")
    assert Settings().llm.curate


def test_the_runtime_holds_one_that_is_set_and_closes_it(
    tmp_path: Path, endpoint: ChatEndpoint
) -> None:
    set_off = settings(tmp_path, url=endpoint.url, model="m", read_facts=True)
    with closing(build_runtime(set_off, lambda _line: None)) as runtime:
        assert runtime.curator is None
    set_on = settings(tmp_path, url=endpoint.url, model="m", curate=True)
    with closing(build_runtime(set_on, lambda _line: None)) as runtime:
        curator = runtime.curator
        assert curator is not None
        assert (runtime.fact_reader, runtime.judge) == (None, None)
    with closing(build_runtime(set_on, lambda _line: None, check_model=False)) as runtime:
        assert runtime.curator is None

    with pytest.raises(JudgeUnavailable, match="stopping"):
        curator.reflect(AGENT, PROMPT)
    assert endpoint.requests == []


@pytest.mark.parametrize("llm", [{}, {"model": "m"}, {"url": "http://127.0.0.1:9"}])
def test_half_a_language_model_does_not_start(tmp_path: Path, llm: dict[str, str]) -> None:
    with pytest.raises(StartupError, match="both MEMSVC_LLM__URL and MEMSVC_LLM__MODEL"):
        build_runtime(settings(tmp_path, curate=True, **llm), lambda _line: None)
