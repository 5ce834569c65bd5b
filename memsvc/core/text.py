"""Texts as others' libraries can take them."""

from __future__ import annotations


def well_formed(text: str) -> str:
    """The text with lone surrogates replaced: JSON can carry them, tokenizers refuse them."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
