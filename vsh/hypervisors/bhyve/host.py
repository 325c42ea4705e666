"""What of this host a bhyve command line depends on."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.interface import Interface

CAPABILITIES = frozenset((
    "AHCI32SLOT", "CPUTOPOLOGY", "FBUF", "LPC_BOOTROM", "NET_E1000", "RTC_UTC", "SOUND_HDA",
    "VIRTIO_9P", "VNC_PASSWORD", "XHCI",
))  # fmt: skip


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
