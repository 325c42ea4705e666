"""Random number generators."""

from __future__ import annotations

from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.backend import Backend
from vsh.hypervisors.qemu.argv.chardev import add_chardev
from vsh.hypervisors.qemu.argv.properties import nonzero
from vsh.hypervisors.qemu.argv.virtio import virtio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line


def add_rngs(line: Line) -> None:
    """All generators, each with its source."""
    for rng in line.domain.rngs:
        alias, backend = line.alias(rng), rng.backends[0]
        if backend.model == "egd":
            add_chardev(line, Backend(
                backend.type, f"char{alias}", backend.sources, protocol=backend.protocol,
                log=(backend.log_file, backend.log_append),
            ))  # fmt: skip
            line.add_object("rng-egd", f"obj{alias}", {"chardev": f"char{alias}"})
        elif backend.model == "builtin":
            line.add_object("rng-builtin", f"obj{alias}", {})
        else:
            line.add_object("rng-random", f"obj{alias}", {"filename": backend.path})
        line.zpci(rng)
        line.device({
            **virtio(line, rng, "virtio-rng"), "rng": f"obj{alias}", "id": alias,
            "max-bytes": nonzero(rng.rate_bytes),
            "period": (rng.rate_period or 1000) if rng.rate_bytes else None,
            **address_of(line, rng),
        })  # fmt: skip
