"""The whole map, and how it is shown."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from memsvc.core.data_map.columns import COLUMNS
from memsvc.core.data_map.entry import MEANS, NAMED_BY, Entry, Where
from memsvc.core.data_map.files import FILES
from memsvc.core.data_map.forgetting_columns import COLUMNS as FORGETTING
from memsvc.core.data_map.handbook_columns import COLUMNS as HANDBOOK
from memsvc.core.data_map.in_ram import IN_RAM
from memsvc.core.data_map.index_columns import INDEX
from memsvc.core.data_map.living_columns import COLUMNS as LIVING
from memsvc.core.data_map.statistics_columns import COLUMNS as STATISTICS

DATA_MAP: tuple[Entry, ...] = (
    *COLUMNS,
    *FORGETTING,
    *LIVING,
    *HANDBOOK,
    *STATISTICS,
    *INDEX,
    *FILES,
    *IN_RAM,
)

HEADINGS = ("Holds", "Why", "Destroyed by", "Kept")

_HEAD = """\
# Data map

Everything that is kept, in the tier `shred`: each column of the database, each file, each cache and
queue. It is code (`memsvc/core/data_map`), and tests fail on a column, file or cache that it does
not name. `memsvc data-map` prints it, with `--json` for machines; this page is what
`memsvc data-map --markdown` prints.

In tier `store` nothing is sealed: what is called sealed here is personal data in the clear, and
deleting rows and the purge destroy it.

"""


def kept_in(where: Where) -> tuple[Entry, ...]:
    """The entries of one place, in order."""
    return tuple(entry for entry in DATA_MAP if entry.where is where)


def as_json() -> dict[str, Any]:
    """The map as values of JSON: what the words mean, and the entries."""
    return {"means": dict(MEANS), "entries": [asdict(entry) for entry in DATA_MAP]}


def as_markdown() -> str:
    """The map as the page of the documentation."""
    words = "".join(f"- **{word}**: {meaning}\n" for word, meaning in MEANS.items())
    return _HEAD + words + "".join(map(_section, Where))


def _section(where: Where) -> str:
    rows = [f"\n## {where}\n\n{_row(f'Name ({NAMED_BY[where]})', *HEADINGS)}"]
    rows.append(_row(*["---"] * (len(HEADINGS) + 1)))
    for one in kept_in(where):
        name = one.name if " " in one.name else f"`{one.name}`"
        rows.append(_row(name, one.holds, one.why, one.destroyed_by, one.kept))
    return "".join(rows)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"
