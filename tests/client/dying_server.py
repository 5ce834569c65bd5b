"""`memsvc serve` on a port of the test's own, which kills itself before an answer leaves.

Run as `python -m tests.client.dying_server …`, in front of the command that it stands for. While
the file named by `KILL_BEFORE_ANSWER` is there, the next answer to a route of version 1 is its end:
what it tells of is committed. The file goes first, so the next life is a whole one.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from starlette.responses import Response

from memsvc.cli import main

MARK = Path(os.environ["KILL_BEFORE_ANSWER"])
answer = Response.__call__


async def die(self: Response, scope: Any, receive: Any, send: Any) -> None:
    """Instead of the answer, the end."""
    if scope["path"].startswith("/v1/") and MARK.exists():
        MARK.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    await answer(self, scope, receive, send)


Response.__call__ = die  # type: ignore[method-assign]
sys.argv = ["memsvc", "serve", "--port", os.environ["KEPT_PORT"]]
main()
