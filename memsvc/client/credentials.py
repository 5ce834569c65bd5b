"""Where the service is, and the key to it: held so that no message and no traceback shows it."""

from __future__ import annotations

import os
import re
from collections.abc import Generator

import httpx

URL_VARIABLE = "MEMSVC_URL"
KEY_VARIABLE = "MEMSVC_API_KEY"
DEFAULT_URL = "http://127.0.0.1:8080"
KEEP_ALIVE_S = 3.0
"""Less than the service keeps a connection at rest, so that none is used as it closes."""
PRINTABLE = re.compile(r"[\x21-\x7e]*")


class Key(httpx.Auth):
    """Puts the key on each request; shows nothing of it."""

    def __init__(self, value: str | None) -> None:
        value = os.environ.get(KEY_VARIABLE, "") if value is None else value
        self._header = f"Bearer {value}" if value else ""

    def check(self) -> None:
        """Raise ValueError for what is no key. Apart, so that no argument holds it meanwhile."""
        if not PRINTABLE.fullmatch(self._header.removeprefix("Bearer ")):
            raise ValueError("The API key holds characters that no key has.")

    def __repr__(self) -> str:
        return "Key(…)"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Called by httpx."""
        if self._header:
            request.headers["Authorization"] = self._header
        yield request


def address(url: str | None) -> str:
    """The service's address without a slash at its end; raises ValueError for what is none."""
    url = os.environ.get(URL_VARIABLE) or DEFAULT_URL if url is None else url
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        parsed = httpx.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"The address of the service is like {DEFAULT_URL}.")
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise ValueError("The address of the service has no user, query or fragment in it.")
    return str(parsed).rstrip("/")
