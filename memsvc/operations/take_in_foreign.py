"""Take in what another store holds: its items become memories, as those of an export do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from memsvc.core.access import Scope
from memsvc.errors import SourceUnusable
from memsvc.operations.export_file import Line
from memsvc.operations.exported import End, Exported
from memsvc.operations.foreign.item import NotTaken, exported
from memsvc.operations.foreign.sources import Source, items_of
from memsvc.operations.take_in import BATCH, Progress, take_lines
from memsvc.operations.take_in_memories import what_is_there
from memsvc.operations.taken import Taken
from memsvc.runtime import Runtime
from memsvc.store.foreign import Unreadable


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What became of another store's items; `refused` counts by reason what is no memory here.

    By agent, `agents` counts those that are. In a dry run `taken.imported` are those that would be
    stored.
    """

    taken: Taken
    agents: Mapping[str, int]
    refused: Mapping[str, int]


def take_in_foreign(
    runtime: Runtime,
    source: Source,
    tenant: str,
    agent_id: str,
    progress: Progress,
    *,
    dry: bool = False,
) -> TakenOver:
    """Store the items of another store as memories: with their ids, times, people and history.

    Items that name no agent are those of `agent_id`. What has no id that may be a memory's gets
    one by a keyed token of its name, so that a second import finds it there. Nothing is
    overwritten. All items are read, and held in RAM, before the first is stored. With `dry`
    nothing is stored. Raises SourceUnusable for what is no such source.
    """
    try:
        ready, refused = _read(runtime, source, tenant, agent_id)
    except (OSError, Unreadable) as error:
        raise SourceUnusable(f"The source cannot be read: {error}.") from None
    ready.sort(key=lambda one: (one.memory.agent_id, one.memory.created_at))
    agents = Counter(one.memory.agent_id for one in ready)
    lines = [Line(at, at, one) for at, one in enumerate(ready, 1)]
    if dry:
        return TakenOver(_looked(runtime, tenant, lines), agents, refused)
    taken = take_lines(runtime, tenant, _ended(lines, len(agents)), progress, len(lines))
    return TakenOver(taken, agents, refused)


def _read(
    runtime: Runtime, source: Source, tenant: str, agent_id: str
) -> tuple[list[Exported], Counter[str]]:
    now = runtime.clock.now()
    ready: dict[tuple[str, str], Exported] = {}
    refused: Counter[str] = Counter()
    kind = f"import/{source.origin}"
    for item in items_of(source):
        if isinstance(item, NotTaken):
            refused[item.reason] += 1
            continue
        try:
            id_ = runtime.keyring.token(tenant, kind, item.name).hex()
            one = exported(item, agent_id, id_, now)
        except NotTaken as error:
            refused[error.reason] += 1
            continue
        key = one.memory.agent_id, one.memory.id
        if key in ready:
            refused["its id came before"] += 1
        else:
            ready[key] = one
    return list(ready.values()), refused


def _ended(lines: Sequence[Line], agents: int) -> Iterator[Line | End]:
    yield from lines
    yield End(agents, len(lines))


def _looked(runtime: Runtime, tenant: str, lines: Sequence[Line]) -> Taken:
    """What would become of the lines, but for what tombstones keep out."""
    taken = Taken()
    of: Callable[[Line], str] = lambda line: line.exported.memory.agent_id  # noqa: E731 - a key
    for agent_id, some in groupby(lines, of):
        own = list(some)
        for start in range(0, len(own), BATCH):
            chunk = own[start : start + BATCH]
            taken += what_is_there(runtime, Scope(tenant, agent_id), chunk)
    return taken
