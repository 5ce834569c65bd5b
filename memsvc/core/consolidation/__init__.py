"""Consolidation: what is made of many memories, as a plan that whoever applies it may refuse."""
