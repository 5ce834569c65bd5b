"""A tool that takes what its schema names, and nothing else."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from pydantic import ValidationError

from memsvc.mcp_server.remedies import argument_error


class ExactTool(Tool):
    """A tool that refuses arguments it does not know.

    Passed over, a misspelt one would leave its default in force, and the caller be answered
    something else than was asked.
    """

    def model_post_init(self, context: Any, /) -> None:
        """Close the schema that was read off the function."""
        taken = self.fn_metadata.arg_model
        taken.model_config["extra"] = "forbid"
        taken.model_rebuild(force=True)
        self.parameters = taken.model_json_schema(by_alias=True)

    async def run(
        self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False
    ) -> Any:
        """Run it; raises ToolError for arguments that do not fit, without repeating them."""
        try:
            return await super().run(arguments, context, convert_result=convert_result)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            told = argument_error(error.__cause__)
        # Outside of the except clause: what pydantic raised holds the arguments.
        raise told
