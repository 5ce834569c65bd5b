"""Rights of a person next to erasure: to be known as one, access, rectification, restriction."""
