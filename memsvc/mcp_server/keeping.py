"""Tools that keep memories, erase them, and tell what became of them."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from pydantic import AwareDatetime, Field

from memsvc.client import AsyncAgent, MemsvcError, errors
from memsvc.client.params import DraftFields
from memsvc.client.words import Channel, FeedbackOutcome, Kind
from memsvc.mcp_server.answers import Erased, Remembered, Taken
from memsvc.mcp_server.asking import Agent, Asking, Call, Id
from memsvc.mcp_server.remedies import half_done

Person = Annotated[
    str | None, Field(description="Id of the person whom it comes from, if you know it.")
]


async def _known(memory: AsyncAgent, memory_ids: list[str]) -> set[str]:
    """Those of the memories that are there."""
    known = set()
    for memory_id in memory_ids:
        with suppress(errors.NotFound):
            known.add((await memory.read(memory_id)).id)
    return known


class Keeping(Asking):
    """What is kept, and what is not."""

    async def remember(
        self,
        call: Call,
        content: Annotated[
            str,
            Field(description="One statement, as a full sentence that is clear by itself."),
        ],
        user_id: Person = None,
        source: Annotated[
            Channel,
            Field(
                description="Where the words come from: user (a person said it), agent (your own "
                "conclusion), tool, web. What comes from the web is believed least."
            ),
        ] = "agent",
        kind: Annotated[
            Kind, Field(description="episodic: it happened or was said; semantic: a lasting fact.")
        ] = "episodic",
        happened: Annotated[
            AwareDatetime | None, Field(description="When it happened, with an offset, if not now.")
        ] = None,
        importance: Annotated[
            float, Field(ge=0.0, le=1.0, description="What matters fades slower: 0 to 1.")
        ] = 0.5,
        session_id: Annotated[
            str | None, Field(description="Id of the conversation, if it has one.")
        ] = None,
        agent: Agent = None,
    ) -> Remembered:
        """Keep one statement beyond this conversation.

        It is found by the next search. What is known already is not kept twice, and a newer fact
        replaces an older one about the same thing; the answer says which. Not for secrets.
        """
        fields: DraftFields = {
            "channel": source,
            "kind": kind,
            "importance": importance,
            "user_id": self._person(user_id, call),
            "session_id": session_id,
            "event_time": happened,
        }
        with self._agent(agent, call) as memory:
            written = await memory.write(content, **fields)
            return Remembered(**written.model_dump(include=set(Remembered.model_fields)))

    async def forget(
        self,
        call: Call,
        memory_ids: Annotated[
            list[Id], Field(min_length=1, max_length=50, description="Ids that a search answered.")
        ],
        agent: Agent = None,
    ) -> Erased:
        """Erase single memories for good, and what was derived from them alone.

        There is no way back: their keys are destroyed. Do it when a person asks for it, and show
        them first what you are about to erase. To have all that is held of a person erased, in
        every agent and with a receipt, somebody with an operator's key has to order it.
        """
        wanted = list(dict.fromkeys(memory_ids))
        found = Erased(erased=[], not_found=[])
        with self._agent(agent, call) as memory:
            known = await _known(memory, wanted) if len(wanted) > 1 else set()
            for memory_id in wanted:
                try:
                    await memory.delete(memory_id)
                except errors.NotFound:
                    # One that was there went with what it was derived from.
                    (found.erased if memory_id in known else found.not_found).append(memory_id)
                except MemsvcError as error:
                    stopped = error
                    break
                else:
                    found.erased.append(memory_id)
            else:
                return found
            first = memory_ids.index(memory_id)
            raise half_done(stopped, first, len(found.erased), len(found.not_found))

    async def feedback(
        self,
        call: Call,
        memory_ids: Annotated[
            list[Id], Field(min_length=1, max_length=50, description="The memories.")
        ],
        outcome: Annotated[
            FeedbackOutcome,
            Field(
                description="used: it went into an answer; confirmed: it proved right; partly: it "
                "was right in part; contradicted: it proved wrong."
            ),
        ],
        agent: Agent = None,
    ) -> Taken:
        """Tell what became of memories that you were given.

        What is used fades more slowly and what is contradicted faster, so later searches get
        better.
        """
        with self._agent(agent, call) as memory:
            updated = await memory.feedback(dict.fromkeys(memory_ids, outcome))
            return Taken(updated=updated)
