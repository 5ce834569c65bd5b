"""An examination asks the judge, the reader of facts and the curator, where they are set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from memsvc.config import Settings
from memsvc.core.finding import Finding, Level
from memsvc.operations.examine import examine
from memsvc.operations.examine_judges import CURATOR, FACT_READER, JUDGE
from memsvc.wiring import installation
from tests.judges.chat_endpoint import Answer, ChatEndpoint, data_in, judged, prompt_in
from tests.judges.cross_encoders import make_cross_encoder

KEY = "sk-very-secret"
ALL = (JUDGE, FACT_READER, CURATOR)


@pytest.fixture
def endpoint() -> Iterator[ChatEndpoint]:
    with ChatEndpoint() as endpoint:
        endpoint.reads = lambda one: data_in(one) if "<data>" in prompt_in(one) else prompt_in(one)
        endpoint.model = lambda data: judged(data) if isinstance(data, list) else {"facts": []}
        yield endpoint


def found(folder: Path, **settings: Any) -> dict[str, Finding]:
    chosen = Settings.model_validate(
        {"data_dir": folder, "embedding": {"backend": "hashing"}, **settings}
    )
    findings = examine(installation(chosen), full=False)
    return {one.check: one for one in findings if one.check in ALL}


def llm(url: str, **more: object) -> dict[str, object]:
    return {
        "url": url,
        "model": "some-model",
        "api_key": KEY,
        "retries": 0,
        "read_facts": True,
        "curate": True,
        **more,
    }


def test_none_is_set(tmp_path: Path) -> None:
    assert found(tmp_path) == {check: Finding(check, Level.OK, "none is set") for check in ALL}


def test_a_language_model_that_answers(tmp_path: Path, endpoint: ChatEndpoint) -> None:
    assert found(tmp_path, judge={"kind": "llm"}, llm=llm(endpoint.url)) == {
        check: Finding(check, Level.OK, "it answers") for check in ALL
    }
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize(
    ("curates", "curator"), [(False, "none is set"), (True, "it answers")], ids=["reads", "curates"]
)
def test_a_language_model_that_does_not_judge(
    tmp_path: Path, endpoint: ChatEndpoint, curates: bool, curator: str
) -> None:
    three = found(tmp_path, llm=llm(endpoint.url, curate=curates))

    assert three[JUDGE].found == "none is set"
    assert three[FACT_READER].found == "it answers"
    assert three[CURATOR].found == curator


def test_one_that_cannot_be_reached(tmp_path: Path) -> None:
    for one in found(tmp_path, judge={"kind": "llm"}, llm=llm("http://127.0.0.1:9/v1")).values():
        assert one.level is Level.FAIL
        assert one.found == "The model that judges, reads or curates gave no answer"
        assert "MEMSVC_LLM__URL" in one.remedy


def test_one_that_refuses_the_key(tmp_path: Path, endpoint: ChatEndpoint) -> None:
    endpoint.script.extend([Answer(401)] * 3)
    for one in found(tmp_path, judge={"kind": "llm"}, llm=llm(endpoint.url)).values():
        assert one.level is Level.FAIL
        assert one.remedy == "language model: the endpoint refused the API key (HTTP 401)"


def test_one_that_answers_something_else(tmp_path: Path, endpoint: ChatEndpoint) -> None:
    endpoint.script.extend([Answer(body=b"<html>")] * 3)
    for one in found(tmp_path, judge={"kind": "llm"}, llm=llm(endpoint.url)).values():
        assert one.level is Level.FAIL
        assert one.found == "it gives no answer (malformed)"
        assert "MEMSVC_LLM__URL" in one.remedy


def test_a_budget_too_small_for_a_question(tmp_path: Path, endpoint: ChatEndpoint) -> None:
    small = llm(endpoint.url, tokens_per_agent_and_day=1_000)
    for one in found(tmp_path, judge={"kind": "llm"}, llm=small).values():
        assert one.level is Level.FAIL
        assert "MEMSVC_LLM__TOKENS_PER_AGENT_AND_DAY" in one.remedy
    assert endpoint.requests == []


@pytest.mark.parametrize("missing", ["url", "model"])
def test_half_a_language_model(tmp_path: Path, missing: str) -> None:
    half = llm("http://127.0.0.1:9/v1") | {missing: ""}
    one = found(tmp_path, judge={"kind": "llm"}, llm=half)[JUDGE]

    assert one.level is Level.FAIL
    assert "both MEMSVC_LLM__URL and MEMSVC_LLM__MODEL" in one.remedy


def test_a_model_of_inference_that_answers(tmp_path: Path) -> None:
    names = ("contradiction", "entailment", "neutral")
    folder = make_cross_encoder(tmp_path / "model", labels=3, names=names)
    both = found(tmp_path, judge={"kind": "nli", "model": str(folder)})

    assert both[JUDGE] == Finding(JUDGE, Level.OK, "it answers")


@pytest.mark.parametrize("model", ["", "no/such"])
def test_a_model_of_inference_that_is_not_there(tmp_path: Path, model: str) -> None:
    one = found(tmp_path, judge={"kind": "nli", "model": model})[JUDGE]

    assert one.level is Level.FAIL
    assert one.found == "A model cannot be loaded"
