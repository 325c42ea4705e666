"""How much of everything a daemon gives its clients: libvirtd.conf's words and their defaults."""

from __future__ import annotations

from vsh.errors import InternalError


class Limits:
    """The limits of one server.

    max_clients            clients at a time; more wait to be accepted
    max_queued_clients     how many may wait for that
    max_anonymous_clients  clients at a time that have not said who they are; more wait; 0: any
    min_workers            threads that answer calls from the start on
    max_workers            how many of them there may be
    prio_workers           threads that answer only what never waits for a guest
    max_client_requests    calls of one client that are answered at a time; more wait
    keepalive_interval     seconds of silence after which a client is asked for a sign of life
    keepalive_count        how often it is asked before it is given up
    """

    max_clients: int = 5000
    max_queued_clients: int = 1000
    max_anonymous_clients: int = 20
    min_workers: int = 5
    max_workers: int = 20
    prio_workers: int = 5
    max_client_requests: int = 5
    keepalive_interval: int = 5
    keepalive_count: int = 5

    def check(self) -> None:
        """Raises InternalError where more clients may be strangers than may be clients at all."""
        if self.max_clients < self.max_anonymous_clients:
            raise InternalError(
                "The overall maximum number of clients must not be less than the number of "
                "clients waiting for authentication"
            )


UNREAD_MAX = 4 * 1024 * 1024
"""Bytes of answers that may wait for a client; then no more of its calls are taken."""
STREAMED_MAX = 32 * 1024 * 1024
"""Bytes of its streams that a client may send ahead of what is done with them."""
VCPUS_MAX, CPU_MAPS_MAX = 16384, 8388608
"""vCPUs, and bytes of their CPU maps, that one answer may have: the protocol's own bounds."""
STREAMS_MAX = 256
"""Streams of one client that may be open."""
DESCRIPTORS_MAX = 256
"""Open files of one client that may wait for their calls to be begun."""
ANONYMOUS_MESSAGE_MAX = 256 * 1024
"""The longest message that is taken of a client that has not said who it is."""
ANONYMOUS_PATIENCE = 120
"""Seconds after which a client that has not said who it is makes room for another."""
OUTGOING_MAX = 64 * 1024 * 1024
"""Bytes that may wait for a client that does not read; one that lets more wait is cut off."""
