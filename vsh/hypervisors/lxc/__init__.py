"""LXC: the configuration of its own tools."""

FORMATS = {"tools": ("read",)}
