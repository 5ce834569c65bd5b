"""Tools of the handbook."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from memsvc.client.params import OfferOptions
from memsvc.mcp_server.answers import Advice, Told
from memsvc.mcp_server.asking import Agent, Asking, Call, Id


class Learning(Asking):
    """What attempts taught."""

    async def handbook(
        self,
        call: Call,
        task: Annotated[str, Field(description="The task, in a sentence or two.")],
        task_class: Annotated[
            str | None, Field(description="What kind of task it is, in a word of your own.")
        ] = None,
        agent: Agent = None,
    ) -> Advice:
        """Get what earlier attempts at such tasks taught, before you begin a task.

        Follow what fits. When the task is over and you know its token counts, tell the `outcome`.
        """
        options: OfferOptions = {"task_class": task_class}
        with self._agent(agent, call) as memory:
            offer = await memory.handbook.offer(task, **options)
            return Advice(
                offer_id=offer.offer_id,
                text=offer.text,
                behaviors=[one.name for one in offer.behaviors],
                held_out=offer.held_out,
            )

    async def outcome(
        self,
        call: Call,
        offer_id: Annotated[Id, Field(description="What `handbook` answered for the task.")],
        success: Annotated[
            float, Field(ge=0.0, le=1.0, description="How it went: 0 (failure) to 1 (success).")
        ],
        input_tokens: Annotated[
            int, Field(ge=0, description="Tokens that the model read, as its usage says.")
        ],
        output_tokens: Annotated[
            int, Field(ge=0, description="Tokens that the model wrote, as its usage says.")
        ],
        cited: Annotated[
            list[str], Field(description="Names of the behaviors that you followed.")
        ] = [],  # noqa: B006 - read only
        agent: Agent = None,
    ) -> Told:
        """Tell how the task of a `handbook` answer went, once; also where that was held out.

        The handbook is measured by it. Token counts come from the host's usage figures: where you
        do not know them, do not call this, and never estimate them.
        """
        with self._agent(agent, call) as memory:
            noted = await memory.handbook.outcome(
                offer_id,
                success,
                input_tokens=input_tokens,
                output_tokens=output_tokens,
                cited=cited,
            )
            return Told(outcome=noted.outcome, cited=noted.cited)
