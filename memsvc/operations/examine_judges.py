"""Whether the models that judge, read facts and curate, where they are set, can be asked."""

from __future__ import annotations

from collections.abc import Callable

from memsvc.core.finding import Finding, failure, ok
from memsvc.judges.protocol import Curator, FactReader, Judge, Pair, Said, Unsaid

JUDGE = "judge"
FACT_READER = "fact reader"
CURATOR = "curator"

NO_AGENT = 0
"""No agent pays for an examination."""

TURN = Said("I moved to Lisbon in May.", by="Ana")
PAIR = Pair(Said("I live in Porto.", by="Ana"), TURN)
QUESTION = "An attempt at a task took seven steps where two would have done. What of it?"

REMEDIES = {
    Unsaid.BUDGET_SPENT: "Raise MEMSVC_LLM__TOKENS_PER_AGENT_AND_DAY: one question is beyond it.",
    Unsaid.MALFORMED: "Check MEMSVC_LLM__URL, or use a model that can answer in JSON within "
    "MEMSVC_LLM__MAX_TOKENS.",
    Unsaid.UNAVAILABLE: "Look after the model and its endpoint.",
}


def examine_judge(open_judge: Callable[[], Judge | None]) -> Finding:
    """Let it judge one pair of made-up statements; raises ModelMissing or JudgeUnavailable."""
    judge = open_judge()
    if judge is None:
        return ok(JUDGE, "none is set")
    try:
        [verdict] = judge.relations(NO_AGENT, [PAIR])
    finally:
        judge.close()
    if verdict.unsaid is not None:
        return _unsaid(JUDGE, verdict.unsaid)
    return ok(JUDGE, "it answers")


def examine_fact_reader(open_fact_reader: Callable[[], FactReader | None]) -> Finding:
    """Let it read one made-up turn; raises StartupError or JudgeUnavailable."""
    reader = open_fact_reader()
    if reader is None:
        return ok(FACT_READER, "none is set")
    try:
        [facts] = reader.read(NO_AGENT, [TURN])
    finally:
        reader.close()
    if isinstance(facts, Unsaid):
        return _unsaid(FACT_READER, facts)
    return ok(FACT_READER, "it answers")


def examine_curator(open_curator: Callable[[], Curator | None]) -> Finding:
    """Let it think about one made-up attempt; raises StartupError or JudgeUnavailable."""
    curator = open_curator()
    if curator is None:
        return ok(CURATOR, "none is set")
    try:
        thought = curator.reflect(NO_AGENT, QUESTION)
    finally:
        curator.close()
    if isinstance(thought, Unsaid):
        return _unsaid(CURATOR, thought)
    return ok(CURATOR, "it answers")


def _unsaid(check: str, reason: Unsaid) -> Finding:
    return failure(check, f"it gives no answer ({reason})", REMEDIES[reason])
