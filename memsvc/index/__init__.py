"""Indexes of an agent's memories: in RAM, derived from SQL, thrown away at will."""
