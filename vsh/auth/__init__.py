"""How a client shows who it is: one file per way, each with a function of the same name.

The function is given ``ask(procedure, payload) -> payload``, which makes a call of the remote
program, and returns when the daemon is content.
"""

from __future__ import annotations

TYPES = {0: "none", 1: "sasl", 2: "polkit"}
"""The ways by the wire's numbers (``remote_auth_type``)."""
