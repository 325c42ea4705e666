"""A client of DHCP for IPv6 that takes an address and keeps it: no package here has one.

``python dhcp6_client.py LINK NAME`` asks on a link as a machine of that name (RFC 8415, with the
option of RFC 4704), and prints the address that it is given.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys

CLIENT, SERVER, IA_NA, ADDRESS, NAME = 1, 2, 3, 5, 39
SOLICIT, ADVERTISE, REQUEST, REPLY = 1, 2, 3, 7


def option(code: int, data: bytes) -> bytes:
    return struct.pack("!HH", code, len(data)) + data


def options(data: bytes) -> dict[int, bytes]:
    found = {}
    while data:
        code, length = struct.unpack_from("!HH", data)
        found[code] = data[4 : 4 + length]
        data = data[4 + length :]
    return found


def lease(link: str, name: str) -> str:
    """Take an address on a link, whatever long it takes."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as client:
        asked = struct.pack("256s", link.encode())
        mac = fcntl.ioctl(client.fileno(), 0x8927, asked)[18:24]  # SIOCGIFHWADDR
        client.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, link.encode())
        client.bind(("::", 546))
        client.settimeout(1)

        def ask(kind: int, answer: int, more: bytes) -> dict[int, bytes]:
            transaction = os.urandom(3)
            said = bytes([kind]) + transaction + option(CLIENT, b"\0\3\0\1" + mac)
            said += option(8, b"\0\0") + option(NAME, bytes([0, len(name)]) + name.encode()) + more
            while True:
                try:
                    client.sendto(said, ("ff02::1:2", 547, 0, socket.if_nametoindex(link)))
                    got = client.recv(4096)
                except OSError:  # no address of the link's yet, or nobody who answers
                    continue
                if got[:4] == bytes([answer]) + transaction:
                    return options(got[4:])

        identity = b"\0\0\0\1" + bytes(8)
        offered = ask(SOLICIT, ADVERTISE, option(IA_NA, identity))
        more = option(SERVER, offered[SERVER]) + option(IA_NA, offered[IA_NA])
        given = ask(REQUEST, REPLY, more)[IA_NA]
    return socket.inet_ntop(socket.AF_INET6, options(given[12:])[ADDRESS][:16])


if __name__ == "__main__":
    print(lease(*sys.argv[1:]))
