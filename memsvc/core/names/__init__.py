"""Names: what stands in a text for a person, and how sure that is; `core.naming` joins it."""
