"""Curate: our own language model, where one is set, thinks traces over and puts behaviors forward.

No transaction is open while it is asked. What it answers is as little believed as what any other
model answers, and nothing of it is stored where a trace that it read is not as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from memsvc.core.access import Scope
from memsvc.core.handbook.proposals import checked
from memsvc.core.handbook.reflection import SCHEMA
from memsvc.core.memory import Trust, least_trust
from memsvc.errors import AlreadyExists, JudgeUnavailable, NotFound, Unavailable, WrongState
from memsvc.judges.protocol import Curator, Unsaid, Written
from memsvc.operations.handbook.by import By
from memsvc.operations.handbook.prompts import (
    CHANGED,
    Prompt,
    curation_prompt,
    reflection_prompt,
    still_stands,
)
from memsvc.operations.handbook.propose import Answered, Proposals, propose
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime

TRIES = 2
"""Answers of no use that a model may give before it is given up."""

NOT_SET = (
    "No language model is set for it: set MEMSVC_LLM__CURATE to true, with MEMSVC_LLM__URL and "
    "MEMSVC_LLM__MODEL; or put the prompts of a trace to a model of your own, and POST its answer "
    "to behaviors."
)
SPENT = (
    "The agent's tokens of the day (UTC) do not last for this question; nothing was stored. Ask "
    "tomorrow, or about fewer or shorter traces, or raise MEMSVC_LLM__TOKENS_PER_AGENT_AND_DAY."
)
NO_TEXT = "answer: is empty"
CUT_OFF = "answer: was cut off before its end; put forward less"

_AGAIN = """
Your last answer was of no use, and is not kept. What was wrong with it:
{reason}
Answer again, with the whole JSON object."""


@dataclass(frozen=True, slots=True)
class Curated:
    """What became of what the model put forward, in its order.

    `tokens` are the output tokens of all that it wrote, `reflection` is what it thought of the
    traces.
    """

    answers: list[Answered]
    tokens: int
    reflection: str


class _Useless(Exception):
    """Why an answer cannot be stored, without words of it."""


def curate(runtime: Runtime, scope: Scope, trace_ids: Sequence[str], by: By) -> Curated:
    """Have the model reflect on one trace or more, and store all that it puts forward, or nothing.

    It is told once what was wrong with its answer. Whatever comes of it, what it wrote is paid from
    the agent's tokens of the day. Raises NotFound for a trace that is not there to see; WrongState
    for one in quarantine, and for one that was erased or changed meanwhile; Unavailable where no
    model is set; JudgeUnavailable where it does not answer, its answers are of no use, or the
    tokens do not last.
    """
    first, *also = trace_ids
    with runtime.database.snapshot() as tx:
        agent_key = known_agent(tx, scope).agent_key
    asked = reflection_prompt(runtime, scope, first, also)
    curator = runtime.curator
    if curator is None:
        raise Unavailable(NOT_SET)
    thought = curator.reflect(agent_key, asked.text)
    if thought is Unsaid.BUDGET_SPENT:
        raise JudgeUnavailable(SPENT)
    if isinstance(thought, Unsaid):
        raise _given_up(NO_TEXT)
    tokens, reason = thought.tokens, ""
    for _ in range(TRIES):
        question = _question(runtime, scope, asked, thought.text)
        written = _written(curator, agent_key, question, reason)
        tokens += written.tokens
        try:
            answers = _stored(runtime, scope, question, written, by, tokens)
        except _Useless as useless:
            reason = str(useless)
        else:
            return Curated(answers, tokens, thought.text)
    raise _given_up(reason)


def _question(runtime: Runtime, scope: Scope, asked: Prompt, reflection: str) -> Prompt:
    """The question to curate, unless a trace went or changed since it was reflected on."""
    first, *also = asked.trace_ids
    try:
        question = curation_prompt(runtime, scope, first, also, reflection)
    except NotFound:
        raise WrongState(CHANGED) from None
    if question.versions != asked.versions:
        raise WrongState(CHANGED)
    return question


def _written(curator: Curator, agent_key: int, question: Prompt, reason: str) -> Written:
    """What the model answers; empty for what is no answer. Raises JudgeUnavailable."""
    text = question.text + (_AGAIN.format(reason=reason) if reason else "")
    written = curator.curate(agent_key, text, SCHEMA)
    if written is Unsaid.BUDGET_SPENT:
        raise JudgeUnavailable(SPENT)
    return Written("", 0) if isinstance(written, Unsaid) else written


def _stored(
    runtime: Runtime, scope: Scope, question: Prompt, written: Written, by: By, tokens: int
) -> list[Answered]:
    """What became of the proposals in an answer; raises _Useless where it has to be another."""
    if not written.text or not written.is_whole:
        raise _Useless(CUT_OFF if written.text else NO_TEXT)
    # A model is an agent, whoever asks it.
    trust = least_trust([by.trust, Trust.AGENT])
    try:
        lines = checked(written.text, question.trace_ids, trust)
    except ValueError as wrong:
        raise _Useless(str(wrong)) from None
    still_holds = partial(still_stands, runtime, prompt=question)
    try:
        return propose(runtime, scope, Proposals(lines, by.actor, tokens, still_holds=still_holds))
    except AlreadyExists as taken:
        raise _Useless(taken.detail.partition(";")[0]) from None


def _given_up(reason: str) -> JudgeUnavailable:
    return JudgeUnavailable(
        f"language model: its answer was of no use ({reason}); nothing was stored. Ask again, or "
        "use a model that can answer in JSON within MEMSVC_LLM__MAX_TOKENS."
    )
