"""The MCP server: an agent's memory as tools for hosts that speak the Model Context Protocol.

It stands outside the house and asks the service over HTTP, with the caller's key.
"""
