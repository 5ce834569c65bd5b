"""Consolidating: looking at an agent, writing what was planned, probing, taking it back."""
