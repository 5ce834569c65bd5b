"""Canaries: the byte forms of what was said that must be in no file, and which of them cannot tell.

What callers choose for an id or a name lies in the clear, for all tenants in the same files, and so
does the schema. Where some of that says the same as what is forgotten, looking for it would find
it for ever: such a form is left out, and how many texts that concerned is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import orjson

from memsvc.core.needles import Needles
from memsvc.core.residue import Shapes, all_shapes
from memsvc.operations.forgetting.people import identity_token
from memsvc.operations.forgetting.words import Prepared
from memsvc.runtime import Safe
from memsvc.store import in_the_clear, remains, selections

AT_ONCE = 5000
"""Texts looked into at once."""
BETWEEN = b"\0"
"""No text has it, so no needle reaches from one into the next."""


def needles(safe: Safe, tenant: str, prepared: Prepared) -> tuple[dict[str, Shapes], int]:
    """What must be in no file, by name, and of how many texts some form was left out.

    In tier `store` whole and as a row says it: what others say lies there as plainly, and parts are
    alike; of a person who has written again since, the identity is no residue.
    """
    texts = {f"canary {at}": one for at, one in enumerate(prepared.canaries)}
    if safe.keyring.tier != "store":
        known = {f"identity {at}": one for at, one in enumerate(prepared.identities)}
        return _telling(safe, all_shapes(texts | known))
    with safe.database.snapshot() as tx:
        tokens = [identity_token(safe, tenant, one) for one in prepared.identities]
        gone = not (tokens and selections.of_people_by_agent(tx, tokens))
    for at, one in enumerate(prepared.identities if gone else ()):
        texts[f"identity {at}"] = f'"user_id":{orjson.dumps(one).decode()}'
    rows = {name: {"row": one.encode("utf-8", "surrogatepass")} for name, one in texts.items()}
    return _telling(safe, rows)


def _telling(safe: Safe, wanted: Mapping[str, Shapes]) -> tuple[dict[str, Shapes], int]:
    """Those that are no part of what lies in the clear anyway, and how many lost some form."""
    flat = sorted({one for shapes in wanted.values() for one in shapes.values()})
    if not flat:
        return dict(wanted), 0
    look = Needles(flat)
    alike = {flat[index] for block in _blocks(safe) for index, _ in look.within(block)}
    left = {
        name: {shape: one for shape, one in shapes.items() if one not in alike}
        for name, shapes in wanted.items()
    }
    short = sum(len(left[name]) < len(shapes) for name, shapes in wanted.items())
    return {name: shapes for name, shapes in left.items() if shapes}, short


def _blocks(safe: Safe) -> Iterator[bytes]:
    """All that lies in the clear, block by block; no text is cut."""
    with safe.database.snapshot() as tx:
        names = in_the_clear.names(tx)
        while some := list(islice(names, AT_ONCE)):
            yield _block(some)
        everyone = remains.everyone(tx)
    for agent_key in everyone:
        after: int | None = -1
        while after is not None:
            with safe.database.snapshot() as tx:
                after, ids = in_the_clear.ids_after(tx, agent_key, after, AT_ONCE)
            yield _block(ids)


def _block(texts: Iterable[str]) -> bytes:
    return BETWEEN.join(one.encode("utf-8", "surrogatepass") for one in texts)
