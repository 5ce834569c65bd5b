"""What is asked, on the wire: the same for a search and a context."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from memsvc.api.wire.values import FilterObject, Moment, Name, Query, Share, Wire
from memsvc.core.filters import parse
from memsvc.core.memory import Kind, Status
from memsvc.operations.question import Mode, Question, Timing


class QuestionBody(Wire):
    """A question, and where to look for the answer."""

    query: Query = Field(
        description="The question or words, 1 to 8,192 characters.",
        examples=["Where does Ana live?"],
    )
    kinds: list[Kind] = Field(
        [],
        max_length=3,
        description="Kinds to search; empty: all.",
        examples=[["episodic", "semantic"]],
    )
    user_id: Name | None = Field(
        None, description="Only what came from this person.", examples=["u1"]
    )
    session_id: Name | None = Field(None, description="Only this conversation.", examples=["s1"])
    filters: FilterObject = Field(
        default_factory=dict,
        description="Conditions, applied inside the search: `AND OR NOT` over fields and "
        "`metadata.*` with `eq ne gt gte lt lte in nin contains icontains`.",
        examples=[{"AND": [{"event_time": {"gte": "2026-01-01T00:00:00Z"}}, {"tags": "moving"}]}],
    )
    as_of: Moment | None = Field(
        None,
        description="Answer from what was recorded and valid then.",
        examples=["2026-02-01T00:00:00Z"],
    )
    include: list[Literal["archived", "superseded", "quarantined"]] = Field(
        [],
        max_length=3,
        description="Statuses to search besides active and disputed.",
        examples=[["archived"]],
    )
    mode: Mode = Field(
        Mode.FAST,
        description="How hard to look: `fast` is one pass; `deep` reads the best again among their "
        "neighbours and follows lineage, at many times the cost; `auto` does so where the first "
        "pass leaves doubt.",
        examples=["fast"],
    )
    reference_time: Moment | None = Field(
        None,
        description="The moment from which times in the query are meant (`last May`); when left "
        "out `as_of` or now, or the agent's last memory where nothing is remembered of then.",
        examples=["2026-03-01T00:00:00Z"],
    )
    timing: Timing = Field(
        Timing.BOOST,
        description="What a time in the query does: `boost` lets memories of then rise, `filter` "
        "searches no others, `off` nothing.",
        examples=["boost"],
    )
    min_score: Share = Field(0.0, description="Leave out results below.", examples=[0.0])

    def asked(self, limit: int) -> Question:
        """The question, for so many memories at most; raises InvalidRequest for its filters."""
        return Question(
            query=self.query,
            kinds=tuple(self.kinds),
            limit=limit,
            user_id=self.user_id,
            session_id=self.session_id,
            filters=(parse(self.filters),) if self.filters else (),
            as_of=self.as_of,
            include=tuple(Status(one) for one in self.include),
            min_score=self.min_score,
            mode=self.mode,
            reference_time=self.reference_time,
            timing=self.timing,
        )
