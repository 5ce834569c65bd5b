"""What goes over the wire between the client of mem0 and the service."""
