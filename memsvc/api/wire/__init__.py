"""Wire models: what requests and answers look like, as OpenAPI tells it."""
