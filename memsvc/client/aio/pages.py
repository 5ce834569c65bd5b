"""Lists that come in pages, walked through as if they were one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Page = TypeVar("Page")


class AsyncPages(Generic[Item, Page]):
    """Iterate over it for every item of every page; each iteration reads anew.

    Nothing is asked before the first item is.
    """

    def __init__(
        self,
        read: Callable[[str | None], Awaitable[Page]],
        items: Callable[[Page], Sequence[Item]],
        following: Callable[[Page], str | None],
    ) -> None:
        self._read, self._items, self._following = read, items, following

    def __aiter__(self) -> AsyncIterator[Item]:
        return self._walk()

    async def page(self, cursor: str | None = None) -> Page:
        """One page: the first, or the one after `cursor`; with all that the page says."""
        return await self._read(cursor)

    async def pages(self) -> AsyncIterator[Page]:
        """Page by page."""
        cursor: str | None = None
        while True:
            page = await self._read(cursor)
            yield page
            cursor = self._following(page)
            if cursor is None:
                return

    async def _walk(self) -> AsyncIterator[Item]:
        async for page in self.pages():
            for item in self._items(page):
                yield item
