"""What virsh completes an option's value with, where that is not what vsh completes it with.

virsh leaves names of files to the shell, says nothing for many texts, and offers the other options
where it has no completer; its words for some values are others than those that vsh has for them.
"""

from __future__ import annotations

from vsh.cli.objects import domain_names, file_names, folder_names, names_of
from vsh.cli.storage import volume_names
from vsh.cli.suggest import commands
from vsh.commands._devices import interface_names
from vsh.commands._model_words import words_of
from vsh.commands.domain._devices_xml import aliases
from vsh.commands.domain.set_lifecycle_action import ACTIONS
from vsh.words.connection import ListAllDomains

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.command import Command
    from vsh.cli.params import Given, Param
    from vsh.cli.session import Session

NOTHING: dict[str, str] = {
    "attach-disk": "target serial wwn alias address source-host-name",
    "attach-interface": "target mac alias inbound outbound",
    "blkdeviotune": "group-name",
    "blkiotune": "device-weights device-read-iops-sec device-write-iops-sec device-read-bytes-sec"
    " device-write-bytes-sec",
    "checkpoint-create-as": "name description",
    "checkpoint-dumpxml": "xpath",
    "connect": "name",
    "create": "pass-fds",
    "desc": "new-desc",
    "dom-fd-associate": "name pass-fds",
    "domif-setlink": "state",
    "domiftune": "inbound outbound",
    "domrename": "new-name",
    "dumpxml": "xpath",
    "echo": "prefix string",
    "get-user-sshkeys": "user",
    "guestvcpus": "cpulist",
    "lxc-enter-namespace": "cmd",
    "managedsave-dumpxml": "xpath",
    "metadata": "set",
    "migrate": "desturi migrateuri graphicsuri listen-address dname disks-uri tls-destination",
    "nodememstats": "cell",
    "qemu-agent-command": "cmd",
    "qemu-monitor-command": "cmd",
    "save-image-dumpxml": "xpath",
    "send-process-signal": "pid",
    "set-user-password": "password",
    "snapshot-create-as": "name description",
    "snapshot-dumpxml": "xpath",
    "start": "pass-fds",
}
"""Commands, and their options for which virsh offers nothing."""

_POOL = (
    "source-path source-dev source-name target source-format auth-type secret-usage secret-uuid"
    " adapter-name adapter-wwnn adapter-wwpn adapter-parent adapter-parent-wwnn adapter-parent-wwpn"
    " adapter-parent-fabric-wwn source-protocol-ver"
)
OPTIONS: dict[str, str] = {
    "attach-disk": "source-protocol source-host-transport",
    "attach-interface": "model script",
    "detach-interface": "type",
    "domcapabilities": "emulatorbin machine",
    "hypervisor-cpu-baseline": "emulator machine",
    "hypervisor-cpu-compare": "emulator machine",
    "hypervisor-cpu-models": "emulator machine",
    "iface-bridge": "bridge",
    "iface-unbridge": "bridge",
    "net-metadata": "uri key",
    "pool-create-as": _POOL,
    "pool-define-as": _POOL,
    "vol-create-as": "backing-vol",
}
"""Commands, and their options for which virsh offers the options of the command."""


def completer(command: Command, option: Param) -> object:
    """virsh's completer of an option: words, a function, ``()`` for nothing, None for options."""
    if option.name in NOTHING.get(command.name, "").split():
        return ()
    if option.name in OPTIONS.get(command.name, "").split():
        return None
    own = OTHERS.get(f"{command.name} {option.name}", option.complete)
    if own is volume_names and command.group == "volume":
        return volumes_of_pool
    return () if own in (file_names, folder_names) else own


class _AndNone:
    """A completer's words, and the one for none of them."""

    def __init__(self, words: Any, none: str = "none") -> None:
        self.words = words
        self.none = none

    def __call__(self, session: Session, text: str, given: Given) -> Iterable[str]:
        return [self.none, *self.words(session, text, given)]


def image_formats(session: Session, text: str, given: Given) -> Iterable[str]:
    """The formats of images of disks."""
    return (
        "none", "raw", "dir", "bochs", "cloop", "dmg", "iso", "vpc", "vdi", "fat", "vhd", "ploop",
        "cow", "qcow", "qcow2", "qed", "vmdk",
    )  # fmt: skip


def command_names(session: Session, text: str, given: Given) -> Iterable[str]:
    """The commands that help lists."""
    return [name for name, _ in commands(extras=False)]


def architectures(session: Session, text: str, given: Given) -> Iterable[str]:
    """libvirt's names of architectures."""
    from vsh.commands.host._shared import architectures as ours

    return ["none", "ppcle", *ours(session, text, given)]


def key_names(session: Session, text: str, given: Given) -> Iterable[str]:
    """The keys of a code set; of Linux's without those that are other names of a button."""
    from vsh.commands.domain.send_key import key_names as ours

    return [name for name in ours(session, text, given) if name not in _SECOND_NAMES]


def volumes_of_pool(session: Session, text: str, given: Given) -> Iterable[str]:
    """The volumes of the pool that was named; none without one."""
    return volume_names(session, text, given) if given.get("pool") else ()


def native_formats(session: Session, text: str, given: Given) -> Iterable[str]:
    """The format that the connection's hypervisor has."""
    kind = session.connection.get_type()
    return {"QEMU": ("qemu-argv",), "LXC": ("lxc-tools",), "bhyve": ("bhyve-argv",)}.get(kind, ())


def cpu_models(session: Session, text: str, given: Given) -> Iterable[str]:
    """The CPU models of the host's architecture, where the hypervisor tells them."""
    from vsh.commands.host.hypervisor_cpu_baseline import _models

    return () if session.connection.get_type() == "TEST" else _models(session, text, given)


ACTIVE = domain_names("ACTIVE")
ALL = domain_names()
_SECOND_NAMES = frozenset(
    (
        "KEY_SHIFT", "BTN_MISC", "BTN_MOUSE", "BTN_JOYSTICK", "BTN_GAMEPAD", "BTN_DIGI",
        "BTN_WHEEL",
    )
)  # fmt: skip
_BUS = words_of("domain.devices.disk", "Disk", "bus")
OTHERS: dict[str, object] = {
    "attach-disk io": _AndNone(words_of("domain.devices.disk", "Disk", "io"), "default"),
    "attach-disk subdriver": image_formats,
    "attach-disk targetbus": _AndNone(_BUS),
    "connect name": None,
    "cpu-models arch": architectures,
    "domcapabilities arch": architectures,
    "help command": command_names,
    "hypervisor-cpu-baseline arch": architectures,
    "hypervisor-cpu-compare arch": architectures,
    "hypervisor-cpu-models arch": architectures,
    "send-key keycode": key_names,
    "set-lifecycle-action action": (*ACTIONS, "none"),
    "blockcopy format": image_formats,
    "checkpoint-create-as domain": ACTIVE,
    "cpu-stats domain": ACTIVE,
    "domblkthreshold domain": ACTIVE,
    "domdisplay-reload domain": ALL,
    "domhostname domain": ACTIVE,
    "domid domain": ACTIVE,
    "domifannounce domain": ALL,
    "domlaunchsecinfo domain": ALL,
    "domsetlaunchsecstate domain": ALL,
    "domxml-from-native format": native_formats,
    "domxml-to-native format": native_formats,
    "guest-agent-timeout domain": ALL,
    "hypervisor-cpu-baseline model": cpu_models,
    "ttyconsole domain": ACTIVE,
    "undefine domain": domain_names(ListAllDomains.PERSISTENT),
    "update-memory-device alias": aliases,
    "domdisplay type": ("sdl", "vnc", "rdp", "desktop", "spice", "egl-headless", "dbus"),
    "domif-getlink interface": interface_names,
    "domifannounce interface": interface_names,
    "domname domain": names_of("list_all_domains", word="uuid"),
    "pool-name pool": names_of("list_all_storage_pools"),
    "vol-create-as backing-vol-format": image_formats,
    "vol-create-as format": image_formats,
}
"""``command option`` to virsh's completer."""
