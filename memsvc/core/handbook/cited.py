"""Which of the behaviors that were offered an answer cites by name."""

from __future__ import annotations

import re
from collections.abc import Collection

# Underscores around it are Markdown's emphasis.
_NAME = re.compile(r"(?<![a-z0-9])(?<![a-z0-9]_)behavior_[a-z0-9_]*[a-z0-9]", re.IGNORECASE)


def cited(text: str, offered: Collection[str]) -> tuple[str, ...]:
    """The names among those offered that stand in a text, in order of their first standing there.

    With or without backticks or emphasis, in small letters or capitals; whole names only.
    """
    # Some write Markdown's underscores with a backslash.
    found = (name.lower() for name in _NAME.findall(text.replace("\\_", "_")))
    among = frozenset(offered)
    return tuple(name for name in dict.fromkeys(found) if name in among)
