"""LXC: the configuration of its own tools."""
