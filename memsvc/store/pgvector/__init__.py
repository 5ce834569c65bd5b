"""Tables of indexes, with pgvector: made, changed, read and ranked; see `tables`."""
