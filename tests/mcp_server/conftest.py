"""A real service for the tools to speak to."""

from tests.client.conftest import memsvc, served

__all__ = ["memsvc", "served"]
