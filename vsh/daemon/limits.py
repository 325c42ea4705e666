"""How much of everything a daemon gives its clients: libvirtd.conf's words and their defaults."""

from __future__ import annotations


class Limits:
    """The limits of one server.

    max_clients            clients at a time; more wait to be accepted
    max_queued_clients     how many may wait for that
    max_anonymous_clients  clients at a time that have not said who they are
    max_workers            threads that answer calls
    prio_workers           threads that answer only what never waits for a guest
    max_client_requests    calls of one client that are answered at a time; more wait
    keepalive_interval     seconds of silence after which a client is asked for a sign of life
    keepalive_count        how often it is asked before it is given up
    """

    max_clients: int = 5000
    max_queued_clients: int = 1000
    max_anonymous_clients: int = 20
    max_workers: int = 20
    prio_workers: int = 5
    max_client_requests: int = 5
    keepalive_interval: int = 5
    keepalive_count: int = 5


OUTGOING_MAX = 64 * 1024 * 1024
"""Bytes that may wait for a client that does not read; one that lets more wait is cut off."""
