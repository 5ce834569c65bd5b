"""Signing in without a browser, and posting forms as a page of ours does."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from memsvc.core.access import Role
from memsvc.dashboard import session
from memsvc.operations.credentials import issue_key
from tests.api.site import Site

TOKEN = re.compile(r'name="token" value="([^"]*)"')


def token_in(page: str) -> str:
    """The token that the forms of a page carry."""
    found = TOKEN.search(page)
    assert found is not None, "the page has no form"
    return found[1]


class _Fields(HTMLParser):
    """What a browser would send of the form that has an action."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self._action, self._within = action, False
        self._select: list[str] = []
        self._is_first = True
        self._area: list[str] | None = None
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._within = told.get("action") == self._action
        if not self._within:
            return
        name = told.get("name", "")
        ticked = told.get("type") not in ("radio", "checkbox") or "checked" in told
        if tag == "input" and ticked:
            self.found.setdefault(name, []).append(told.get("value", ""))
        elif tag == "textarea":
            self._area = self.found.setdefault(name, [])
            self._area.append("")
        elif tag == "select":
            self._select, self._is_first = self.found.setdefault(name, []), True
        elif tag == "option":
            # Without one that is selected it is the first.
            if self._is_first:
                self._select.append(told.get("value", ""))
            elif "selected" in told:
                self._select[-1] = told.get("value", "")
            self._is_first = False

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "form":
            self._within = False


def fields_in(page: str, action: str) -> dict[str, list[str]]:
    """The fields of a form by its action, as they stand, each with all its values."""
    parser = _Fields(action)
    parser.feed(page)
    assert parser.found, f"no form leads to {action}"
    return parser.found


def sign_in(client: Any, key: str, wanted: str = "") -> Any:
    """Sign in with a key; the answer. The client keeps the cookies."""
    page = client.get("/dashboard/login")
    assert page.status_code == 200, page.text
    fields = {"token": token_in(page.text), "key": key, "next": wanted}
    return client.post("/dashboard/login", data=fields)


def enter(
    site: Site, role: Role = Role.ADMIN, *, tenant: str = "default", agents: str = "*"
) -> str:
    """Be somebody with a new key, without the form; the key's id."""
    card, _ = issue_key(site.runtime, tenant, role, agent_pattern=agents)
    site.client.cookies.clear()
    value = session.begin(site.runtime, card.key_id)
    site.client.cookies.set(session.COOKIE, value, path="/dashboard")
    return card.key_id


def post(client: Any, path: str, page: str = "/dashboard", **fields: str | list[str]) -> Any:
    """Post a form with the token of a page."""
    token = token_in(client.get(page).text)
    return client.post(path, data={"token": token, **fields})
