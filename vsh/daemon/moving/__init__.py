"""Moving in and out: what libvirt has in its folders comes into a root, and goes back.

Moving in changes nothing of libvirt's.  Every step can be made again: what is there already is
left as it is, and said.
"""

from __future__ import annotations

import os

from vsh.errors import Error, OpenFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Folders:
    """Where libvirt has its things.

    prefix   what stands before all paths: "" on this machine, or where another one's disk is
    config   definitions; ``lib`` snapshots, checkpoints and saved guests; ``run`` what runs
    """

    def __init__(self, prefix: str = "") -> None:
        if prefix or os.geteuid() == 0:
            self.config = f"{prefix}/etc/libvirt"
            self.lib = f"{prefix}/var/lib/libvirt/qemu"
            self.run = f"{prefix}/run/libvirt/qemu"
        else:
            base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
            runtime = os.environ.get("XDG_RUNTIME_DIR") or os.path.expanduser("~/.cache")
            self.config = f"{base}/libvirt"
            self.lib = f"{base}/libvirt/qemu"
            self.run = f"{runtime}/libvirt/qemu/run"


class Step:
    """One thing that is to be moved.

    kind  "domain", "snapshots" ...; ``name`` whose
    what  what is to be done, in words; ``path`` where it comes from, or goes
    make  does it; gives what was done
    """

    def __init__(self, kind: str, name: str, what: str, path: str, make: Callable[[], str]) -> None:
        self.kind = kind
        self.name = name
        self.what = what
        self.path = path
        self.make = make

    def __str__(self) -> str:
        return f"{self.kind:<11} {self.name:<24} {self.what}: {self.path}"


def made(steps: list[Step]) -> Iterator[tuple[Step, str | Error]]:
    """Make all steps; each with what was done, or why it was not."""
    for step in steps:
        try:
            done: str | Error = step.make()
        except Error as error:
            done = error
        except OSError as error:
            done = OpenFailed(f"{error.filename or step.path}: {error.strerror}")
        yield step, done
