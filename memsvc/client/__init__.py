"""The Python SDK: speaks to a service over HTTP, and knows nothing else of the house.

    from memsvc.client import Memsvc

    with Memsvc("http://127.0.0.1:8080", api_key="…") as memsvc:
        demo = memsvc.agent("demo")
        demo.write("Ana moved to Lisbon", user_id="ana")
        for hit in demo.search("where does Ana live?"):
            print(hit.score, hit.memory.content)

`AsyncMemsvc` is the same with `await`. What calls take is in `params`, what they answer in
`models`, what goes wrong in `errors`.
"""

from __future__ import annotations

from memsvc.client import errors, models, params
from memsvc.client.aio.agent import AsyncAgent
from memsvc.client.aio.memsvc import AsyncMemsvc
from memsvc.client.aio.pages import AsyncPages
from memsvc.client.errors import MemsvcError, NotFound, NotReached, Refused
from memsvc.client.sync.agent import Agent
from memsvc.client.sync.memsvc import Memsvc
from memsvc.client.sync.pages import Pages

__all__ = [
    "Agent",
    "AsyncAgent",
    "AsyncMemsvc",
    "AsyncPages",
    "Memsvc",
    "MemsvcError",
    "NotFound",
    "NotReached",
    "Pages",
    "Refused",
    "errors",
    "models",
    "params",
]
