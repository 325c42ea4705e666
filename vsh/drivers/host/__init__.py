"""This machine: what it is made of, and its networks, storage, devices and secrets."""
