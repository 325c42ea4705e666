"""The budgets: how long vsh may take beside virsh or libvirtd, in one place for all benchmarks.

A ratio is of vsh's time and the peer's.  What is not here is measured, and has no budget.
"""

from __future__ import annotations

START = {("domstate test", "test"): 1.0, ("list --all", "UNIX socket"): 1.1}
"""Whole processes: a command and where it is asked."""

START_MEDIAN, START_HIGHEST = 1.2, 1.6
"""The median of the everyday commands, and any of them."""

RUNNING_GUEST = 1.5
"""`domstate` of one running guest in this process."""

BATCH = {"test": 0.35, "UNIX socket": 0.8}
"""10,000 `domstate` in one process."""

DEFINE = 1.0
"""A thousand definitions."""

LISTING = {"plain": 0.8, "json": 0.8, "table": 1.5}
"""10,000 rows, by format."""

FAR_LISTING, FAR_CALLS = 0.2, 5
"""`list --all` of 300 domains, round trip of 50 ms: seconds, and calls."""

REDEFINE, REDEFINE_GROWTH = 1.0, 1.5
"""Chains of snapshots; and what each of the later ones costs beside each of the earlier ones."""

FORGET = 1.0
"""Seconds of `snapshot-delete --children --metadata`, 400 below one."""

STREAM = 1.0
"""A GiB up or down."""

DEVICES = 2.0
"""A document of many devices of a kind."""

LINEAR = 5.0
"""Four times as many may take so many times as long, the start of the process included."""

DOCUMENT = 1.0
"""Milliseconds of reading, completing, checking and writing 5 kB."""

PROMPT = 60.0
"""Milliseconds to the first key that are more than virsh's."""

TINY_GUEST = 1.0
"""From a definition to a guest that runs, and its end."""

FLEET = 2.0
"""Listings and statistics of 200 guests in this process, 30 of them running."""

HOST_LISTING = 1.0
"""Listings of 500 networks, and of 50 pools of 10,000 volumes, beside virsh on libvirtd."""

DAEMON_LISTING = 1.5
"""`list --all` of 1,000 guests, by virsh."""

DAEMON_QUICK = {1: 0.5, 8: 1.0}
"""Quick calls, by how many clients ask side by side: time for each."""

DAEMON_BESIDE = 1.0
"""The same beside a slow call."""

DAEMON_START, DAEMON_MEMORY = 1.0, 2.0
"""Seconds to the first answer with 5,000 guests, and their memory beside libvirtd's."""
