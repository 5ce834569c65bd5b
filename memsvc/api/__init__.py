"""The HTTP interface: routes, wire models, authentication, problems, limits."""
