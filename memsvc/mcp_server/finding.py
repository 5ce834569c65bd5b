"""Tools that find what is remembered."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from memsvc.client.params import SearchOptions
from memsvc.client.words import Kind
from memsvc.mcp_server.answers import Composed, Found, Line, Record
from memsvc.mcp_server.asking import Agent, Asking, Call


class Finding(Asking):
    """What is remembered."""

    async def search(
        self,
        call: Call,
        query: Annotated[
            str, Field(description="A question or a few words; times such as `last May` count.")
        ],
        user_id: Annotated[
            str | None, Field(description="Only what came from this person.")
        ] = None,
        kinds: Annotated[list[Kind], Field(description="Only these kinds; empty: all.")] = [],  # noqa: B006 - read only
        limit: Annotated[int, Field(ge=1, le=50, description="Memories at most.")] = 10,
        history: Annotated[
            bool,
            Field(description="Also what no longer holds or has faded: superseded and archived."),
        ] = False,
        agent: Agent = None,
    ) -> Found:
        """Find what is remembered, by meaning and by words, best first.

        Ids are for `feedback` and `forget`.
        """
        options: SearchOptions = {"kinds": kinds, "limit": limit, "user_id": user_id}
        if history:
            options["include"] = ["superseded", "archived"]
        with self._agent(agent, call) as memory:
            hits = await memory.search(query, **options)
            return Found(memories=[Record.of(one) for one in hits])

    async def context(
        self,
        call: Call,
        query: Annotated[str, Field(description="What the text is needed for.")],
        token_budget: Annotated[
            int, Field(ge=50, le=32_000, description="Tokens that the text may have.")
        ] = 1000,
        user_id: Annotated[
            str | None, Field(description="Only what came from this person.")
        ] = None,
        agent: Agent = None,
    ) -> Composed:
        """Have all that bears on something as one text: behaviors, facts, then what happened.

        Each line bears a mark such as [1]; `citations` says which memory it is.
        """
        with self._agent(agent, call) as memory:
            made = await memory.context(query, token_budget=token_budget, user_id=user_id)
            return Composed(
                text=made.text,
                tokens=made.tokens,
                citations=[Line(mark=one.mark, id=one.id) for one in made.citations],
                omitted=made.omitted.count,
            )
