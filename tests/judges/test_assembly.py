"""Re-ranker, judge and reader are there when they are set, and cost nothing when they are not."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import ValidationError

from memsvc.config import Settings
from memsvc.errors import JudgeUnavailable, ModelMissing, RerankerUnavailable, StartupError
from memsvc.judges.protocol import Pair, Relation, Said, Unsaid, Verdict
from memsvc.store import agents, token_budgets
from memsvc.wiring import build_runtime
from tests.judges.chat_endpoint import ChatEndpoint
from tests.judges.cross_encoders import make_cross_encoder

PAIR = Pair(Said("ana lives in lisbon ."), Said("ana lives in lisbon ."))

WITHOUT_TORCH = """
import sys
from pathlib import Path
from memsvc.config import Settings
from memsvc.wiring import build_runtime
import memsvc.judges.cross_encoder
import memsvc.judges.nli

settings = Settings(data_dir=Path(sys.argv[1]), embedding={"backend": "hashing"})
runtime = build_runtime(settings, print)
assert (runtime.reranking, runtime.judge, runtime.fact_reader) == (None, None, None)
runtime.close()
loaded = {"torch", "transformers", "sentence_transformers"} & set(sys.modules)
assert not loaded, loaded
"""


def settings(folder: Path, **reranker: object) -> Settings:
    return Settings.model_validate(
        {"data_dir": folder, "embedding": {"backend": "hashing"}, "reranker": reranker}
    )


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMSVC_RERANKER__MODEL", "some/model")
    monkeypatch.setenv("MEMSVC_RERANKER__DEVICE", "cuda")
    monkeypatch.setenv("MEMSVC_RERANKER__CANDIDATES", "12")
    monkeypatch.setenv("MEMSVC_RERANKER__WEIGHT", "0.25")
    found = Settings().reranker

    assert (found.model, found.device, found.candidates, found.weight) == (
        "some/model", "cuda", 12, 0.25
    )  # fmt: skip


def test_none_is_set_by_default() -> None:
    found = Settings().reranker

    assert (found.model, found.device, found.candidates, found.weight) == ("", "cpu", 30, 0.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [("CANDIDATES", "0"), ("CANDIDATES", "201"), ("WEIGHT", "-0.1"), ("WEIGHT", "1.1")],
)
def test_settings_have_bounds(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MEMSVC_RERANKER__{name}", value)

    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_a_service_without_one_does_not_load_torch(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_TORCH, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "re-ranker" not in done.stdout


def test_the_runtime_holds_it_and_closes_it(tmp_path: Path, model_folder: Path) -> None:
    said: list[str] = []
    chosen = settings(tmp_path, model=str(model_folder), candidates=7, weight=0.2)
    with closing(build_runtime(chosen, said.append)) as runtime:
        reranking = runtime.reranking
        assert reranking is not None
        assert (reranking.candidates, reranking.weight) == (7, 0.2)
        assert reranking.reranker.relevance("where is ana ?", ["in lisbon ."]).shape == (1,)

    assert any("re-ranker" in line for line in said)
    with pytest.raises(RerankerUnavailable):
        reranking.reranker.relevance("where is ana ?", ["in lisbon ."])


def test_a_start_without_the_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nothing is downloaded"):
        build_runtime(settings(tmp_path, model="no/such"), lambda _line: None)


def test_re_embedding_needs_none(tmp_path: Path) -> None:
    chosen = settings(tmp_path, model="no/such")
    with closing(build_runtime(chosen, lambda _line: None, check_model=False)) as runtime:
        assert runtime.reranking is None


def with_judge(folder: Path, judge: object, llm: object = None) -> Settings:
    return Settings.model_validate(
        {"data_dir": folder, "embedding": {"backend": "hashing"}, "judge": judge, "llm": llm or {}}
    )


def test_settings_of_judges_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "JUDGE__KIND": "nli",
        "JUDGE__MODEL": "some/model",
        "JUDGE__DEVICE": "cuda",
        "JUDGE__THRESHOLD": "0.9",
        "LLM__URL": "https://example.org/v1",
        "LLM__MODEL": "m",
        "LLM__API_KEY": "sk-secret",
        "LLM__READ_FACTS": "true",
        "LLM__TIMEOUT_S": "3",
        "LLM__RETRIES": "1",
        "LLM__MAX_TOKENS": "99",
        "LLM__TOKENS_PER_AGENT_AND_DAY": "0",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"MEMSVC_{name}", value)
    found = Settings()

    assert found.judge.model_dump() == {
        "kind": "nli", "model": "some/model", "device": "cuda", "threshold": 0.9
    }  # fmt: skip
    assert found.llm.model_dump(exclude={"api_key"}) == {
        "url": "https://example.org/v1", "model": "m", "read_facts": True, "curate": False,
        "timeout_s": 3.0, "retries": 1, "max_tokens": 99, "tokens_per_agent_and_day": 0,
    }  # fmt: skip
    assert "sk-secret" not in repr(found)
    assert found.llm.api_key.get_secret_value() == "sk-secret"


def test_no_judge_is_set_by_default() -> None:
    found = Settings()

    assert (found.judge.kind, found.llm.url, found.llm.read_facts) == ("none", "", False)
    assert found.llm.tokens_per_agent_and_day == 100_000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JUDGE__KIND", "oracle"),
        ("JUDGE__THRESHOLD", "0.49"),
        ("JUDGE__THRESHOLD", "1"),
        ("LLM__TIMEOUT_S", "0"),
        ("LLM__MAX_TOKENS", "0"),
        ("LLM__TOKENS_PER_AGENT_AND_DAY", "-1"),
    ],
)
def test_settings_of_judges_have_bounds(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MEMSVC_{name}", value)

    with pytest.raises(ValidationError, match=name.partition("__")[2].lower()):
        Settings()


def test_the_runtime_holds_a_judge_of_this_machine_and_closes_it(tmp_path: Path) -> None:
    names = ("contradiction", "entailment", "neutral")
    folder = make_cross_encoder(tmp_path / "model", labels=3, names=names)
    said: list[str] = []
    chosen = with_judge(tmp_path, {"kind": "nli", "model": str(folder)})
    with closing(build_runtime(chosen, said.append)) as runtime:
        assert runtime.fact_reader is None
        judge = runtime.judge
        assert judge is not None
        assert judge.relations(1, [PAIR])[0].relation in list(Relation)

    assert any("loading the judge" in line for line in said)
    with pytest.raises(JudgeUnavailable):
        judge.relations(1, [PAIR])


def test_the_runtime_pays_a_language_model_from_the_agents_budget(
    tmp_path: Path, endpoint: ChatEndpoint
) -> None:
    llm = {
        "url": endpoint.url, "model": "m", "read_facts": True, "tokens_per_agent_and_day": 3_000
    }  # fmt: skip
    chosen = with_judge(tmp_path, {"kind": "llm"}, llm)
    with closing(build_runtime(chosen, lambda _line: None)) as runtime:
        now = runtime.clock.now()
        agent = runtime.database.write(lambda tx: agents.reserve(tx, "t", "a", now))
        assert runtime.judge is not None
        assert runtime.fact_reader is not None
        endpoint.used = 2_000
        first = runtime.judge.relations(agent, [PAIR])
        second = runtime.judge.relations(agent, [PAIR])
        third = runtime.fact_reader.read(agent, [PAIR.later])
        with runtime.database.snapshot() as tx:
            used = token_budgets.used(tx, agent, now.date().isoformat())

    assert [one.relation for one in first] == [Relation.DUPLICATE]
    assert second == [Verdict(None, None, Unsaid.BUDGET_SPENT)]
    assert third == [Unsaid.BUDGET_SPENT]
    assert used == 2_000
    with pytest.raises(JudgeUnavailable, match="stopping"):
        runtime.judge.relations(agent, [PAIR])


def test_a_language_model_that_is_away_does_not_keep_the_service_from_starting(
    tmp_path: Path,
) -> None:
    chosen = with_judge(tmp_path, {"kind": "llm"}, {"url": "http://127.0.0.1:9", "model": "m"})
    with closing(build_runtime(chosen, lambda _line: None)) as runtime:
        assert runtime.judge is not None


@pytest.mark.parametrize("llm", [{}, {"model": "m"}, {"url": "http://127.0.0.1:9"}])
def test_half_a_language_model_does_not_start(tmp_path: Path, llm: dict[str, str]) -> None:
    with pytest.raises(StartupError, match="both MEMSVC_LLM__URL and MEMSVC_LLM__MODEL"):
        build_runtime(with_judge(tmp_path, {"kind": "llm"}, llm), lambda _line: None)


def test_a_judge_without_a_name_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="MEMSVC_JUDGE__MODEL"):
        build_runtime(with_judge(tmp_path, {"kind": "nli"}), lambda _line: None)


def test_re_embedding_needs_no_judge(tmp_path: Path) -> None:
    chosen = with_judge(tmp_path, {"kind": "nli", "model": "no/such"})
    with closing(build_runtime(chosen, lambda _line: None, check_model=False)) as runtime:
        assert runtime.judge is None
