"""A package, so that its browser ends with it: meanwhile this thread has a running event loop."""
