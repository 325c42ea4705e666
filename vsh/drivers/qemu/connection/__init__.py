"""The QEMU driver's answers about the host and what is on it."""
