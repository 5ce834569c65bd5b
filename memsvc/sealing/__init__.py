"""Sealing: the root key, key slots, authenticated encryption and keyed tokens."""
