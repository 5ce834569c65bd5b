"""Forget requests: received, resolved, held back, erased step by step, verified, and receipted."""
