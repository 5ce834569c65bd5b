"""memsvc: a memory service for AI agents that forgets on request and can prove it."""

__version__ = "0.1.0"
