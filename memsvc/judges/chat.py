"""A model behind an OpenAI-compatible endpoint: POST {url}/chat/completions.

Every try is paid from the agent's budget of tokens before it is made. Upper bounds are reserved: a
byte of UTF-8 is never more than one token to models that read bytes or pieces of them.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from typing import Any

import orjson

from memsvc.core.text import well_formed
from memsvc.errors import JudgeUnavailable
from memsvc.judges.endpoint import JsonEndpoint, Refused
from memsvc.judges.protocol import TokenBudget, Written

FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 20.0

TOKENS_AROUND = 64
"""What the frame of a conversation with two messages takes at most."""

BYTES_PER_TOKEN = 3
"""Where the endpoint does not tell what it used; below what English and CJK come to."""

MOST_BELIEVED = 10_000_000
"""A use that is told beyond this is a defect of the endpoint."""


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """Seconds a try may take, tries beyond the first, tokens of an answer."""

    timeout_s: float = 30.0
    retries: int = 2
    max_tokens: int = 1_000


class BudgetSpent(Exception):
    """The agent's tokens of the day do not last for the question; it was not asked."""


class Malformed(Exception):
    """The model's answer has not the shape that was asked for."""


DEFAULT_LIMITS = ChatLimits()


class ChatModel:
    """Asks `model` at `url`, such as "https://api.openai.com/v1", at temperature 0.

    Failed connections, timeouts, 429 and 5xx are tried again, after growing delays or the one that
    Retry-After asks for. A try that brought no answer but may have been worked on counts with all
    that was reserved for it.
    """

    def __init__(
        self,
        url: str,
        model: str,
        api_key: str | None,
        budget: TokenBudget,
        limits: ChatLimits = DEFAULT_LIMITS,
    ) -> None:
        self._endpoint = JsonEndpoint(
            url.rstrip("/") + "/chat/completions", api_key, limits.timeout_s
        )
        self._model, self._budget, self._limits = model, budget, limits
        self._closing = threading.Event()

    def ask(self, agent_key: int, instructions: str, data: object) -> dict[str, Any]:
        """The JSON object that the model answers; `data` is put to it as `fenced` JSON.

        Raises BudgetSpent, Malformed or JudgeUnavailable, none of which tells content or key.
        """
        return said_in(self._completion(agent_key, instructions, fenced(data), as_json=True))

    def write(
        self, agent_key: int, instructions: str, question: str, *, as_json: bool = False
    ) -> Written:
        """What the model answers to a question that has its data fenced already.

        `as_json` asks the endpoint for JSON, which `instructions` have to speak of. Raises what
        `ask` does, Malformed where there is no text at all.
        """
        return written_in(self._completion(agent_key, instructions, question, as_json=as_json))

    def close(self) -> None:
        """End waits between tries; whoever asks later is refused."""
        self._closing.set()

    def _completion(
        self, agent_key: int, instructions: str, question: str, *, as_json: bool
    ) -> dict[str, Any] | None:
        """What the endpoint answers, paid for; None where that is no JSON object."""
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": question},
            ],
            "temperature": 0,
            "max_tokens": self._limits.max_tokens,
        }
        if as_json:
            body["response_format"] = {"type": "json_object"}
        return self._tried(agent_key, body, len((instructions + question).encode()))

    def _tried(
        self, agent_key: int, body: dict[str, Any], asked_bytes: int
    ) -> dict[str, Any] | None:
        """The answer to one of so many tries, paid for."""
        left, delay = self._limits.retries, FIRST_DELAY_S
        most = asked_bytes + TOKENS_AROUND + self._limits.max_tokens
        while True:
            if self._closing.is_set():
                raise JudgeUnavailable("the service is stopping")
            day = self._budget.reserve(agent_key, most)
            if day is None:
                raise BudgetSpent
            try:
                answer = self._endpoint.post(body)
            except Refused as refused:
                if not refused.may_cost:
                    self._budget.settle(agent_key, day, most, 0)
                # Spread, so that clients refused together do not come back together.
                spread = delay * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
                wait = spread if refused.wait_s is None else refused.wait_s
                hopeless = not refused.passing or wait > LONGEST_DELAY_S
                if not left or hopeless or self._closing.wait(wait):
                    raise JudgeUnavailable(
                        f"language model: {refused.reason}", retry_after=refused.wait_s
                    ) from None
                left, delay = left - 1, min(delay * 2, LONGEST_DELAY_S)
                continue
            completion = as_object(answer)
            told = told_use(completion)
            likely = min(most, (asked_bytes + len(answer)) // BYTES_PER_TOKEN)
            self._budget.settle(agent_key, day, most, likely if told is None else told)
            return completion


def fenced(data: object) -> str:
    """Data as JSON in a fence that nothing inside it can close."""
    # In JSON "<" stands within strings alone, where this means the same.
    written = orjson.dumps(data).decode().replace("<", "\\u003c")
    return f"<data>\n{written}\n</data>"


def sendable(text: str, longest: int) -> str:
    """The beginning of a text as JSON can carry it."""
    return well_formed(text[:longest])


def as_object(answer: bytes | str) -> dict[str, Any] | None:
    """The JSON object that these bytes are, None where they are something else."""
    try:
        held = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return None
    return held if isinstance(held, dict) else None


def told_use(completion: dict[str, Any] | None) -> int | None:
    """Tokens used as the endpoint tells them, None where it does not or cannot be believed."""
    usage = _usage(completion)
    parts: list[Any] = [usage.get("prompt_tokens"), usage.get("completion_tokens")]
    told: Any = usage.get("total_tokens")
    if told is None and all(type(part) is int for part in parts):
        told = sum(parts)
    return told if type(told) is int and 0 < told <= MOST_BELIEVED else None


def _usage(completion: dict[str, Any] | None) -> dict[str, Any]:
    usage = (completion or {}).get("usage")
    return usage if isinstance(usage, dict) else {}


def said_in(completion: dict[str, Any] | None) -> dict[str, Any]:
    """The JSON object that the model wrote; raises Malformed."""
    written, is_whole = _content(completion)
    held = as_object(written) if isinstance(written, str) and is_whole else None
    if held is None:
        raise Malformed("the model did not write a whole JSON object")
    return held


def written_in(completion: dict[str, Any] | None) -> Written:
    """The text that the model wrote, with its tokens as they are told or, failing that, by size.

    Raises Malformed where there is none.
    """
    written, is_whole = _content(completion)
    if not isinstance(written, str) or not written.strip():
        raise Malformed("the model wrote nothing")
    text = well_formed(written)
    told = _usage(completion).get("completion_tokens")
    if type(told) is not int or not 0 < told <= MOST_BELIEVED:
        told = -(-len(text.encode()) // BYTES_PER_TOKEN)
    return Written(text, told, is_whole)


def _content(completion: dict[str, Any] | None) -> tuple[Any, bool]:
    """What the model wrote, and whether it came to its end; raises Malformed."""
    try:
        choice = (completion or {})["choices"][0]
        return choice["message"]["content"], choice.get("finish_reason") != "length"
    except (KeyError, IndexError, TypeError, AttributeError):
        # The cause would carry the answer, and that may repeat what was asked.
        raise Malformed("it is not what /chat/completions answers") from None
