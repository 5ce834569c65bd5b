"""The surface, written once: asynchronous. Its twin in `sync` is made from it."""
