"""The test driver: what it adds to a domain."""
