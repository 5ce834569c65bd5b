"""Columns of the tables of forgetting."""

from __future__ import annotations

from memsvc.core.data_map.columns import AGENT, ALWAYS, MEMORY, ROW
from memsvc.core.data_map.entry import Cell, Entry, Holds, table

_HOLDER = Cell(Holds.RANDOM_ID, "which forget request it comes from")

REQUESTS = (
    *table(
        "forget_requests",
        {
            "tenant": Cell(Holds.CHOSEN_ID, "whose request it is"),
            "id": Cell(Holds.CHOSEN_ID, "names it in answers, receipt and audit"),
            "holder": Cell(Holds.RANDOM_ID, "stands for it in other rows"),
            "purpose": Cell(Holds.CODE, "erasure or restriction"),
            "scope": Cell(Holds.CODE, "what it selects by"),
            "regulation": Cell(Holds.CODE, "the law whose clock runs"),
            "derived": Cell(Holds.CODE, "what becomes of what was derived"),
            "mode": Cell(Holds.CODE, "at once, or after a confirmation"),
            "status": Cell(Holds.CODE, "how far it has come"),
            "received_at": Cell(Holds.TIME, "when the clock started"),
            "due_at": Cell(Holds.TIME, "by when it is to be done"),
            "extended": Cell(Holds.CODE, "whether the time was extended"),
            "alarm": Cell(Holds.NUMBER, "which alarm was raised last"),
            "progress": Cell(Holds.NUMBER, "times, counts and steps"),
            "key_slot": Cell(Holds.RANDOM_ID, "where the request's own key is"),
            "sealed": Cell(
                Holds.SEALED,
                "whom it names and why, probes, samples to verify with",
                "the request's key slot",
                "until the request closes",
            ),
            "receipt": Cell(Holds.NUMBER, "the signed proof: counts, times, ids; nobody's name"),
        },
        destroyed_by="nothing: it is the record that the right was honoured",
        kept=ALWAYS,
    ),
    *table(
        "restrictions",
        {
            "agent_key": AGENT,
            "number": MEMORY,
            "holder": _HOLDER,
            "act": Cell(Holds.CODE, "what is to become of the memory"),
        },
        destroyed_by=ROW,
        kept="until the request is over or lets go",
    ),
    *table(
        "aliases",
        {
            "tenant": Cell(Holds.CHOSEN_ID, "whose person it is"),
            "subject_no": Cell(Holds.RANDOM_ID, "stands for the person"),
            "token": Cell(Holds.IDENTITY_TOKEN, "finds the person by one identity"),
            "kind": Cell(Holds.CODE, "identity or name"),
            "key_slot": Cell(Holds.RANDOM_ID, "which key seals the row; none in tier `store`"),
            "sealed": Cell(Holds.SEALED, "the identity or name itself", "the row's key slot"),
        },
        destroyed_by=ROW,
        kept="until an operator removes it, or the person is forgotten",
    ),
)

TOMBSTONES = (
    *table(
        "suppression_keys",
        {
            "period": Cell(Holds.TIME, "of which period the key is"),
            "until": Cell(Holds.TIME, "when it is destroyed"),
            "key_slot": Cell(Holds.RANDOM_ID, "where the key is"),
        },
        destroyed_by=ROW,
        kept="until its time is over",
    ),
    *table(
        "suppressions",
        {
            "agent_key": AGENT,
            "token": Cell(
                Holds.DIGEST, "what must not be written again", "the key of its period, or lifting"
            ),
            "person": Cell(Holds.DIGEST, "whom it came from", "the key of its period, or lifting"),
            "period": Cell(Holds.TIME, "whose key made the digests"),
            "holder": _HOLDER,
        },
        destroyed_by=ROW,
        kept="until its period is over, or an operator lifts it",
    ),
)

RECORDS = (
    *table(
        "audit",
        {
            "tenant": Cell(Holds.CHOSEN_ID, "whose chain it is"),
            "place": Cell(Holds.NUMBER, "which link"),
            "at": Cell(Holds.TIME, "when it was done"),
            "actor": Cell(Holds.RANDOM_ID, "with which API key, or by the service"),
            "action": Cell(Holds.CODE, "what was done"),
            "target": Cell(Holds.CHOSEN_ID, "to which request or key"),
            "agent_key": Cell(Holds.RANDOM_ID, "to which agent"),
            "detail": Cell(Holds.NUMBER, "counts and codes"),
            "digest": Cell(Holds.NUMBER, "binds it to the link before it"),
        },
        destroyed_by="nothing: a link that went would break the chain",
        kept=ALWAYS,
    ),
    *table(
        "erasures",
        {
            "place": Cell(Holds.NUMBER, "which line of the ledger"),
            "at": Cell(Holds.TIME, "when it was erased"),
            "content": Cell(Holds.RANDOM_ID, "numbers of what was erased, by agent"),
        },
        destroyed_by="nothing: data that is older than the ledger must not come back",
        kept=ALWAYS,
    ),
)

COLUMNS: tuple[Entry, ...] = (*REQUESTS, *TOMBSTONES, *RECORDS)
