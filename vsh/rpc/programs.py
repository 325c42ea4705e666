"""The wire programs: what each is called in the API table, its number and its version."""

from __future__ import annotations

REMOTE = 0x20008086
QEMU = 0x20008087
LXC = 0x00068000
ADMIN = 0x06900690
KEEPALIVE = 0x6B656570

VERSION = 1
"""Every program's version so far."""

NUMBERS = {"remote": REMOTE, "qemu": QEMU, "lxc": LXC}
PROGRAMS = {number: name for name, number in NUMBERS.items()}

# Procedures of the remote program that a session needs before it has an API: the handshake's own.
AUTH_LIST = 66
AUTH_SASL_INIT = 67
AUTH_SASL_START = 68
AUTH_SASL_STEP = 69
AUTH_POLKIT = 70
CONNECT_OPEN = 1
CONNECT_CLOSE = 2
CONNECT_GET_URI = 110

PING = 1
PONG = 2
