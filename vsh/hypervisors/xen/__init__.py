"""Xen: configurations of xl and xm, defaults."""

FORMATS = {"xl": ("read", "write"), "xm": ("read", "write")}
