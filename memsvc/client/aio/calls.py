"""One call: sent, waited for, tried again where that does no harm."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel
from pydantic_core import to_json

from memsvc.client.credentials import Key
from memsvc.client.errors import MemsvcError, refusal
from memsvc.client.retrying import NOT_SENT, TOTAL_S, UNREACHED_S, Repeat, Tries, unreached
from memsvc.client.route import Route

T = TypeVar("T", bound=BaseModel | str | None)

JSON = {"Content-Type": "application/json"}


class AsyncCalls:
    """Makes calls to one service with one key, for at most `retry_for` seconds each.

    None: 30, but 3 as long as the service was never reached.
    """

    def __init__(
        self, http: httpx.AsyncClient, url: str, key: Key, retry_for: float | None
    ) -> None:
        self._http, self._key = http, key
        self.url = url
        self._retry_for = TOTAL_S if retry_for is None else retry_for
        self._unreached_for = UNREACHED_S if retry_for is None else retry_for
        self._was_reached = False

    async def ask(
        self,
        route: Route[T],
        *names: str,
        body: object = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> T:
        """Ask a route, whose path takes `names` in order; what it answers.

        Raises NotReached, UnexpectedAnswer, or the subclass of Refused that the service's problem
        is.
        """
        answer = await self.answer(
            route,
            *names,
            body=body,
            params=params,
            headers=headers,
            idempotency_key=idempotency_key,
        )
        return route.read(answer.content)

    async def answer(
        self,
        route: Route[T],
        *names: str,
        body: object = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> httpx.Response:
        """The same, with the answer as it came."""
        sent = dict(headers or {})
        if body is not None:
            sent |= JSON
        if route.repeat is Repeat.KEYED:
            sent["Idempotency-Key"] = idempotency_key or uuid.uuid4().hex
        request = {
            "url": self.url + route.at(names),
            "content": None if body is None else to_json(body),
            "params": None if params is None else _given(params),
            "headers": sent,
        }
        return await self._tried(route, request)

    async def sleep(self, seconds: float) -> None:
        """Wait, as the surface's colour does."""
        await asyncio.sleep(seconds)

    async def _tried(self, route: Route[T], request: Mapping[str, Any]) -> httpx.Response:
        tries = Tries(route.repeat, self._retry_for)
        while True:
            was_sent = True
            failure: MemsvcError
            try:
                answer = await self._http.request(route.method, auth=self._key, **request)
            except httpx.TransportError as error:
                was_sent = not isinstance(error, NOT_SENT)
                self._was_reached = self._was_reached or was_sent
                failure = unreached(error, self.url)
            else:
                self._was_reached = True
                if answer.is_success:
                    return answer
                waited = answer.headers.get("retry-after")
                failure = refusal(answer.status_code, answer.content, waited)
                if route.method == "DELETE" and tries.deleted_before(failure):
                    return answer
            total_s = self._retry_for if self._was_reached else self._unreached_for
            wait = tries.wait(failure, sent=was_sent, total_s=total_s)
            if wait is None:
                # Outside of the except clause: what httpx raised knows the request's headers.
                raise failure
            await asyncio.sleep(wait)


def _given(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}
