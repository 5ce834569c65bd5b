"""Vectors from an OpenAI-compatible endpoint: POST {base_url}/embeddings."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx
import numpy as np

from memsvc.embedding.backend import Budget, Piece
from memsvc.embedding.protocol import ModelIdentity, Vectors
from memsvc.embedding.unit import unit_rows
from memsvc.errors import EmbeddingUnavailable

OVERLAP_CHARS = 200
CHARS_PER_TOKEN = 4
FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 20.0


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Seconds a try may take, tries beyond the first, texts a request, characters a text."""

    timeout_s: float = 30.0
    retries: int = 3
    max_batch: int = 64
    max_chars: int = 8_000


class Refused(Exception):
    """A failed try: why, whether another may do better, and the seconds the endpoint asks for."""

    def __init__(self, reason: str, *, passing: bool, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing
        self.wait_s = wait_s


DEFAULT_LIMITS = HttpLimits()


class OpenAiHttpBackend:
    """Embeds with `model` at `base_url`, such as "https://api.openai.com/v1".

    Failed connections, timeouts, 429 and 5xx are tried again, after growing delays or the one
    that Retry-After asks for. Without `dimension` one call at start learns it. Raises
    EmbeddingUnavailable, whose message carries neither text nor key.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None,
        dimension: int | None = None,
        limits: HttpLimits = DEFAULT_LIMITS,
    ) -> None:
        self._url = base_url.rstrip("/") + "/embeddings"
        self._model = model
        self._limits = limits
        self._closing = threading.Event()
        self._client = httpx.Client(
            timeout=limits.timeout_s,
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
        )
        self._dimension = dimension
        if dimension is None:
            try:
                self._dimension = self._request(["probe"]).shape[1]
            except EmbeddingUnavailable:
                self._client.close()
                raise

    @property
    def identity(self) -> ModelIdentity:
        return ModelIdentity(self._model, self._dimension or 0)

    @property
    def budget(self) -> Budget:
        return Budget(self._limits.max_batch, self._limits.max_batch * self._limits.max_chars)

    def split(self, text: str) -> list[Piece]:
        return [
            Piece(len(part) // CHARS_PER_TOKEN + 1, text=part)
            for part in stretches(text, self._limits.max_chars)
        ]

    def run(self, pieces: Sequence[Piece], *, alone: bool) -> Vectors:
        if not pieces:
            return np.empty((0, self.identity.dimension), dtype=np.float32)
        # Endpoints refuse an empty input.
        texts = [piece.text if piece.text.strip() else "." for piece in pieces]
        chunks = [
            texts[at : at + self._limits.max_batch]
            for at in range(0, len(texts), self._limits.max_batch)
        ]
        return np.concatenate([self._request(chunk) for chunk in chunks])

    def close(self) -> None:
        """End waits between tries, then the connections."""
        self._closing.set()
        self._client.close()

    def _request(self, texts: list[str]) -> Vectors:
        left, delay = self._limits.retries, FIRST_DELAY_S
        while True:
            try:
                return self._rows(self._post(texts), len(texts))
            except Refused as refused:
                # Spread, so that clients refused together do not come back together.
                spread = delay * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
                wait = spread if refused.wait_s is None else refused.wait_s
                hopeless = not refused.passing or wait > LONGEST_DELAY_S
                if not left or hopeless or self._closing.wait(wait):
                    raise EmbeddingUnavailable(
                        f"embedding: {refused.reason}", retry_after=refused.wait_s
                    ) from None
            left, delay = left - 1, min(delay * 2, LONGEST_DELAY_S)

    def _post(self, texts: list[str]) -> httpx.Response:
        """A successful answer; raises Refused."""
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        try:
            response = self._client.post(self._url, json=body)
        except httpx.HTTPError as error:
            # The kind of failure only: its message may quote an address with a password in it.
            reason = (
                f"the endpoint did not answer ({type(error).__name__}): check that it runs, and "
                "MEMSVC_EMBEDDING__URL"
            )
            raise Refused(reason, passing=isinstance(error, httpx.TransportError)) from None
        except (httpx.InvalidURL, RuntimeError):
            raise Refused("the address is not valid or was closed", passing=False) from None
        if not response.is_success:
            busy = response.status_code == HTTPStatus.TOO_MANY_REQUESTS
            raise Refused(
                refusal(response.status_code),
                passing=busy or response.is_server_error,
                wait_s=retry_after(response),
            )
        return response

    def _rows(self, response: httpx.Response, count: int) -> Vectors:
        """The vectors in the order of the inputs, shape (count, dimension)."""
        try:
            items = sorted(response.json()["data"], key=lambda item: item["index"])
            places = [item["index"] for item in items]
            with np.errstate(over="ignore"):
                rows = np.array([item["embedding"] for item in items], dtype=np.float32)
        except (ValueError, TypeError, KeyError):
            # The cause would carry the body, and the body may repeat the text.
            raise EmbeddingUnavailable("embedding: the endpoint's answer is malformed") from None
        if places != list(range(count)):
            raise EmbeddingUnavailable("embedding: the endpoint's answer lacks or repeats vectors")
        expected = self._dimension or rows.shape[-1]
        if rows.shape != (count, expected):
            raise EmbeddingUnavailable(f"embedding: the vectors do not have {expected} numbers")
        with np.errstate(over="ignore", invalid="ignore"):
            rows = unit_rows(rows)
        if not np.isfinite(rows).all() or not rows.any(axis=1).all():
            raise EmbeddingUnavailable("embedding: the endpoint sent a vector without direction")
        return rows


def stretches(text: str, longest: int) -> list[str]:
    """The text in overlapping stretches of at most `longest` characters, cut at spaces if it can.

    Neighbours share 200 characters (fewer under 1,600); an empty text gives one empty stretch.
    """
    overlap = min(OVERLAP_CHARS, longest // 8)
    parts: list[str] = []
    start = 0
    while len(text) - start > longest:
        end = start + longest
        space = text.rfind(" ", start + longest // 2, end)
        end = space if space > 0 else end
        parts.append(text[start:end])
        start = end - overlap
    return [*parts, text[start:]]


def retry_after(response: httpx.Response) -> float | None:
    """Seconds the endpoint asks to wait; a date counts from the answer's own Date."""
    asked = response.headers.get("Retry-After", "")
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        sent = parsedate_to_datetime(response.headers.get("Date", ""))
        return max(0.0, (parsedate_to_datetime(asked) - sent).total_seconds())
    except (ValueError, TypeError):
        return None


def refusal(status: int) -> str:
    """Why the endpoint refused, in words an operator can act on; never its own words."""
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"the endpoint refused the API key (HTTP {status})"
    if status == HTTPStatus.NOT_FOUND:
        return "the endpoint knows no such path or model (HTTP 404)"
    return f"the endpoint answered HTTP {status}"
