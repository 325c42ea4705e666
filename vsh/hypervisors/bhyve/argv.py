"""bhyve-argv: the command lines of FreeBSD's hypervisor and of its loaders, both ways."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.bhyve.defaults import BhyveDefaults
from vsh.hypervisors.shell_words import shell_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.interface import Interface

CAPABILITIES = frozenset((
    "AHCI32SLOT", "CPUTOPOLOGY", "FBUF", "LPC_BOOTROM", "NET_E1000", "RTC_UTC", "SOUND_HDA",
    "VIRTIO_9P", "VNC_PASSWORD", "XHCI",
))  # fmt: skip
_DEFAULT_FIRMWARE = "BHYVE_UEFI.fd"


class Host:
    """What there is on the host that the command lines are for.

    capabilities  what its bhyve can do
    loader_console  whether its grub-bhyve takes a console
    firmware_folder  where its firmware files are
    """

    capabilities: frozenset[str] = CAPABILITIES
    loader_console = True
    firmware_folder = "/usr/local/share/uefi-firmware"

    def firmwares(self) -> list[str]:
        """The names of the firmware files."""
        import os

        try:
            return os.listdir(self.firmware_folder)
        except OSError:
            return []

    def tap(self, card: Interface) -> str:
        """The device of a network card, which is made when the guest starts."""
        return "tap0"

    def port(self, graphics: Graphics) -> int:
        """The port of a display, which is found when the guest starts if none is given."""
        port: int = graphics.port or 0
        return port


DEFAULTS = BhyveDefaults


def read(text: str, *, unread: list[str] | None = None) -> Domain:
    """The domain that command lines describe; ``unread`` gets what was not understood."""
    from vsh.hypervisors.bhyve.read import read_commands

    return read_commands(text, [] if unread is None else unread)


def write(domain: Domain, host: Host | None = None) -> str:
    """The command lines for a domain: the loader's, where there is one, and bhyve's."""
    from vsh.hypervisors.bhyve.loader import load_command
    from vsh.hypervisors.bhyve.write import bhyve_command

    host = host or Host()
    set_firmware(domain, host)
    commands = []
    if domain.os.loader and not domain.bootloader:
        if not (domain.os.loader_type == "pflash" and domain.os.loader_readonly):
            raise ConfigUnsupported("Only read-only pflash is supported.")
        if "LPC_BOOTROM" not in host.capabilities:
            raise ConfigUnsupported("Installed bhyve binary does not support bootrom")
    else:
        commands.append(load_command(domain, host)[0])
    commands.append(bhyve_command(domain, host))
    return "\n".join(shell_line(command) for command in commands)


def set_firmware(domain: Domain, host: Host) -> None:
    """Choose a firmware file, where one is asked for."""
    if domain.os.firmware is None:
        return
    files = [name for name in host.firmwares() if not name.startswith(".")]
    if not files:
        raise ConfigUnsupported(f"no firmwares found in {host.firmware_folder}")
    name = _DEFAULT_FIRMWARE if _DEFAULT_FIRMWARE in files else files[0]
    os = domain.os
    if os.loader_format not in (None, "raw"):
        raise ConfigUnsupported(f"Unsupported loader format '{os.loader_format}'")
    os.loader_type, os.loader_readonly = "pflash", True
    os.loader = f"{host.firmware_folder}/{name}"
