"""The data map: what the service keeps, where, why, for how long, and what destroys it."""
