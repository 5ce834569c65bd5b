"""A model behind an OpenAI-compatible endpoint, asked for JSON: POST {url}/chat/completions.

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
from memsvc.judges.protocol import TokenBudget

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
        question = fenced(data)
        body = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": question},
            ],
            "temperature": 0,
            "max_tokens": self._limits.max_tokens,
            "response_format": {"type": "json_object"},
        }
        return self._tried(agent_key, body, len((instructions + question).encode()))

    def close(self) -> None:
        """End waits between tries; whoever asks later is refused."""
        self._closing.set()

    def _tried(self, agent_key: int, body: dict[str, Any], asked_bytes: int) -> dict[str, Any]:
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
            return said_in(completion)


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
    usage = (completion or {}).get("usage")
    if not isinstance(usage, dict):
        return None
    parts: list[Any] = [usage.get("prompt_tokens"), usage.get("completion_tokens")]
    told: Any = usage.get("total_tokens")
    if told is None and all(type(part) is int for part in parts):
        told = sum(parts)
    return told if type(told) is int and 0 < told <= MOST_BELIEVED else None


def said_in(completion: dict[str, Any] | None) -> dict[str, Any]:
    """The JSON object that the model wrote; raises Malformed."""
    try:
        choice = (completion or {})["choices"][0]
        written, ended = choice["message"]["content"], choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError):
        # The cause would carry the answer, and that may repeat what was asked.
        raise Malformed("it is not what /chat/completions answers") from None
    held = as_object(written) if isinstance(written, str) and ended != "length" else None
    if held is None:
        raise Malformed("the model did not write a whole JSON object")
    return held
