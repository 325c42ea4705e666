"""Bits of ``flags`` arguments, one module for each kind of object.

Each class is one of libvirt's enumerations, under its name without ``vir``, ``Flags`` and what the
module says already; ``prefix`` is what C has before each name.
"""
