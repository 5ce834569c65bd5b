"""The surface without `await`: made from `aio` by `python -m tests.client.twins`."""
