"""How well a server finds what was said, beside plain search with the same model."""
