"""How large the parts of a memory may be, wherever it comes from."""

from __future__ import annotations

CONTENT_CHARS = 32_768
NAME_CHARS = 256
METADATA_BYTES = 16_384
JSON_DEPTH = 16
LIST_ITEMS = 64
