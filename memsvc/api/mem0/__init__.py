"""The routes that the published client of mem0 asks, unmodified; what they mean here."""
