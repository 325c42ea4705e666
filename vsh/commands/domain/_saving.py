"""What save, restore and their kind share: paths, and parameters that newer daemons take."""

from __future__ import annotations

import os

from vsh.api.types import TypedParams
from vsh.cli.params import Flags
from vsh.words.domain.lifecycle import DomainSaveRestore

TYPE_CHECKING = False

NATIVE_FORMATS = (
    "qemu-argv",
    "xen-xl",
    "xen-xm",
    "xen-sxpr",
    "lxc-tools",
    "bhyve-argv",
    "vmware-vmx",
    "vbox-argv",
)


def absolute(path: str) -> str:
    """A path as a daemon needs it, which has a working directory of its own."""
    return path if path[:1] == "/" else os.path.join(os.getcwd(), path)


def run_state(when: str) -> int:
    """The options --running and --paused as one number."""
    return Flags(
        DomainSaveRestore,
        running=f"the guest is to run {when}",
        paused=f"the guest is to be paused {when}",
    )


def save_params(channels: int | None, image_format: str | None) -> TypedParams:
    """The parameters of a save or restore; empty where the older calls do."""
    params = TypedParams()
    if channels is not None:
        params.set("parallel.channels", "int", channels)
    if image_format is not None:
        params.set("image_format", "string", image_format)
    return params
