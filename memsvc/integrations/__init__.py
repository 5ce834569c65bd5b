"""memsvc in frameworks for agents: each comes in through the client, and needs its own extra."""
