"""A store for LangGraph's agents: their long-term memory in memsvc.

    from memsvc.client import Memsvc
    from memsvc.integrations.langgraph import MemsvcStore

    store = MemsvcStore(Memsvc("http://127.0.0.1:8080", api_key="…").agent("assistant"))
    graph = builder.compile(store=store)

Needs the extra `langgraph`.
"""

from __future__ import annotations

from memsvc.integrations.langgraph.store import MemsvcStore, NotStored

__all__ = ["MemsvcStore", "NotStored"]
