"""Lists that come in pages, walked through as if they were one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Page = TypeVar("Page")


class Pages(Generic[Item, Page]):
    """Iterate over it for every item of every page; each iteration reads anew.

    Nothing is asked before the first item is.
    """

    def __init__(
        self,
        read: Callable[[str | None], Page],
        items: Callable[[Page], Sequence[Item]],
        following: Callable[[Page], str | None],
    ) -> None:
        self._read, self._items, self._following = read, items, following

    def __iter__(self) -> Iterator[Item]:
        return self._walk()

    def page(self, cursor: str | None = None) -> Page:
        """One page: the first, or the one after `cursor`; with all that the page says."""
        return self._read(cursor)

    def pages(self) -> Iterator[Page]:
        """Page by page."""
        cursor: str | None = None
        while True:
            page = self._read(cursor)
            yield page
            cursor = self._following(page)
            if cursor is None:
                return

    def _walk(self) -> Iterator[Item]:
        for page in self.pages():
            yield from self._items(page)
