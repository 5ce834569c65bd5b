"""The command line."""

from memsvc.cli.commands import main

__all__ = ["main"]
