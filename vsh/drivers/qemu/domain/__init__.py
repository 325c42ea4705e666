"""The QEMU driver's answers about one guest."""
