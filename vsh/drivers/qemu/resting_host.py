"""The host of what a guest has already: for names in a command line that nobody runs."""

from __future__ import annotations

from vsh.drivers.qemu.live_host import LiveHost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.shared.encryption import Auth, SecretReference
    from vsh.xml.shared.image import BackingStore, Source


class RestingHost(LiveHost):
    """Nothing is opened: what QEMU has already is only named."""

    def emptied(self, domain: Definition, disk: Disk, number: int) -> None:
        pass

    def numbered(self, image: Source | BackingStore, number: int) -> None:
        pass

    def tap(self, card: Interface, queues: int) -> tuple[list[str], list[str]]:
        return ["0"], []

    def passt(self, card: Interface, alias: str) -> str:
        return f"{self.folder(self._definition)}/{alias}"

    def vsock(self, vsock: Vsock) -> tuple[int, str]:
        return vsock.cid or 3, "0"

    def listener(self, name: str, path: str | None) -> str | None:
        return "0"

    def nbdkit(self, source: Source, auth: Auth | None, node: str, *, readonly: bool) -> str:
        return ""

    def group(self, name: str) -> tuple[list[int], bool]:
        return [-1], False

    def vdpa(self, path: str) -> int:
        return -1

    def secret(self, name: str, wanted: SecretReference | str | None) -> dict[str, str]:
        return {}
