"""The SASL mechanisms: one file each, called as the wire calls it."""
