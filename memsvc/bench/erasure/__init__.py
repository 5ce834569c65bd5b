"""How well a service forgets: what is left, what comes back, how long it takes."""
