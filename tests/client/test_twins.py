"""The surface without `await` is the surface with it."""

from __future__ import annotations

import ast

import pytest

from tests.client.twins import SOURCE, TWIN, translated, twins


def test_nothing_is_stale() -> None:
    stale = [
        path.name
        for path, source in twins().items()
        if not path.exists() or path.read_text("utf-8") != source
    ]

    assert stale == [], "write them anew: python -m tests.client.twins"
    assert {path.name for path in TWIN.glob("*.py")} == {path.name for path in SOURCE.glob("*.py")}


def test_a_twin_waits_for_nothing() -> None:
    for path in TWIN.glob("*.py"):
        found = ast.walk(ast.parse(path.read_text("utf-8")))
        assert not any(isinstance(one, ast.AsyncFunctionDef | ast.Await) for one in found), path


@pytest.mark.parametrize(
    ("source", "twin"),
    [
        ("async def f(self) -> AsyncIterator[int]:", "def f(self) -> Iterator[int]:"),
        ("async with AsyncMemsvc() as m:", "with Memsvc() as m:"),
        ("read: Callable[[str], Awaitable[Page]],", "read: Callable[[str], Page],"),
        ("(await self._http.aclose())", "(self._http.close())"),
        ("await asyncio.sleep(1)", "time.sleep(1)"),
        (
            "from memsvc.client.aio.agent import AsyncAgent",
            "from memsvc.client.sync.agent import Agent",
        ),
        ("http: httpx.AsyncClient | None", "http: httpx.Client | None"),
    ],
)
def test_tokens_are_replaced(source: str, twin: str) -> None:
    assert translated(source) == twin
