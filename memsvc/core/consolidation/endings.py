"""What has ended: a love, a job. Told so that the older fact ends, where it holds one value."""

from __future__ import annotations

import re
from typing import NamedTuple

NO_ONE = "nobody"
"""The value of what has ended without being named: no partner, no employer."""


class Ending(NamedTuple):
    """`relation` has no value now, or no more the one that `denied` says, a sentence."""

    relation: str
    denied: str = ""


_NAME = r"((?:the )?[A-Z]\w*(?: [A-Z]\w*)*)"
_PARTED = re.compile(
    rf"^(?:.*\b)?(?:broke|broken|split|breaking) up(?: with (?:their \w+ )?{_NAME})?\b(?! in to)"
)
_DIVORCED = re.compile(rf"\b(?:got|is|are|have|has) divorced(?: from {_NAME})?|\bdivorced {_NAME}")
_LEFT_JOB = re.compile(
    r"\b(?:quit|quitted|left|lost|resigned from) their (?:old |current )?"
    rf"(?:job|position|work)\b(?:.{{0,30}}? (?:at|with|from) {_NAME})?"
    rf"|\b(?:got|was|been) (?:fired|laid off)\b(?: (?:from|by) {_NAME})?"
    rf"|\bresigned from {_NAME}|\bno longer at {_NAME}|\bstopped working (?:at|for) {_NAME}"
    rf"|\bgot (?:fired|laid off)\b|\bquit {_NAME}"
)
_MAY_END = re.compile(r"\b(?:up|divorced|quit|left|lost|resigned|fired|laid|longer|stopped)\b")


def ending(content: str, subject: str) -> Ending | None:
    """What a statement says has ended; `content` is the statement about the subject by name."""
    if not _MAY_END.search(content):
        return None
    for pattern, relation, denied in (
        (_LEFT_JOB, "employer", "{s} no longer works at {v}."),
        (_PARTED, "partner", "{s} is no longer in a relationship with {v}."),
        (_DIVORCED, "spouse", "{s} is no longer married to {v}."),
    ):
        found = pattern.search(content)
        if found is not None:
            value = next((one for one in found.groups() if one), "")
            return Ending(relation, denied.format(s=subject, v=value) if value else "")
    return None
