"""Plain requests: how English orders to forget are put. `core.plain_request` reads them."""
