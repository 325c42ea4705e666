"""Xen: configurations of xl and xm, defaults."""
