"""The virtual networks of this machine."""
