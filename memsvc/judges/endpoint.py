"""One POST of JSON to an endpoint of others, within a time that holds for all of it."""

from __future__ import annotations

import asyncio
import math
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

LONGEST_ANSWER_BYTES = 2**20
"""Longer ones are no answer to what is asked here."""

NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.InvalidURL,
    httpx.LocalProtocolError,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class Refused(Exception):
    """A failed try: why, whether another may do better, and the seconds the endpoint asks for.

    `may_cost`: the endpoint may have done the work, or do it still, though no answer came.
    """

    def __init__(
        self, reason: str, *, passing: bool, may_cost: bool = False, wait_s: float | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing
        self.may_cost = may_cost
        self.wait_s = wait_s


class JsonEndpoint:
    """Posts to `url` with a bearer key; a try takes `timeout_s` seconds at most.

    httpx limits each read, so an endpoint that trickles could hold a thread for ever; here the
    deadline is that of an event loop of its own, so it is not to be called inside another. Neither
    body, key nor address are in what is raised.
    """

    def __init__(self, url: str, api_key: str | None, timeout_s: float) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._timeout_s = timeout_s
        # Reading the certificates takes longer than all else here.
        self._certificates = httpx.create_ssl_context()

    def post(self, body: Any) -> bytes:
        """The body of a successful answer; raises Refused."""
        try:
            return asyncio.run(self._post(body))
        except NOT_SENT as error:
            raise Refused(_silence(error), passing=_passes(error)) from None
        except httpx.HTTPError as error:
            raise Refused(_silence(error), passing=_passes(error), may_cost=True) from None
        except TimeoutError:
            reason = f"the endpoint did not answer within {self._timeout_s:g} s"
            raise Refused(reason, passing=True, may_cost=True) from None
        except ValueError:
            # A key that no header can carry; the error's text may hold it.
            raise Refused("its address or API key has a wrong form", passing=False) from None

    async def _post(self, body: Any) -> bytes:
        async with (
            asyncio.timeout(self._timeout_s),
            httpx.AsyncClient(
                headers=self._headers, timeout=self._timeout_s, verify=self._certificates
            ) as client,
            client.stream("POST", self._url, json=body) as response,
        ):
            if not response.is_success:
                raise refusal(response)
            held = bytearray()
            async for part in response.aiter_bytes():
                held += part
                if len(held) > LONGEST_ANSWER_BYTES:
                    raise Refused("the endpoint's answer is too long", passing=False, may_cost=True)
            return bytes(held)


def _silence(error: Exception) -> str:
    # The kind of failure only: its message may quote an address with a password in it.
    return (
        f"the endpoint did not answer ({type(error).__name__}): check that it runs, and "
        "MEMSVC_LLM__URL"
    )


def _passes(error: Exception) -> bool:
    hopeless = (httpx.LocalProtocolError, httpx.UnsupportedProtocol)
    return isinstance(error, httpx.TransportError) and not isinstance(error, hopeless)


def refusal(response: httpx.Response) -> Refused:
    """Why the endpoint refused, in words an operator can act on; never its own words."""
    status = response.status_code
    busy = status == HTTPStatus.TOO_MANY_REQUESTS
    reason = f"the endpoint answered HTTP {status}"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        reason = f"the endpoint refused the API key (HTTP {status})"
    if status == HTTPStatus.NOT_FOUND:
        reason = "the endpoint knows no such path or model (HTTP 404)"
    return Refused(
        reason,
        passing=busy or response.is_server_error,
        # What stands behind a gateway may work on.
        may_cost=status == HTTPStatus.GATEWAY_TIMEOUT,
        wait_s=retry_after(response),
    )


def retry_after(response: httpx.Response) -> float | None:
    """Seconds the endpoint asks to wait; a date counts from the answer's own Date."""
    asked = response.headers.get("Retry-After", "")
    try:
        seconds = float(asked)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        sent = parsedate_to_datetime(response.headers.get("Date", ""))
        return max(0.0, (parsedate_to_datetime(asked) - sent).total_seconds())
    except (ValueError, TypeError):
        return None
