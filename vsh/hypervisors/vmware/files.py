"""Names of files, in VMware's words and in libvirt's."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain.devices.disk import Disk


class Files:
    """How the names of files in a configuration relate to those in a document.

    datacenter_path, moref  where the server keeps the guest, and its own name for it, if known
    """

    datacenter_path: str | None = None
    moref: str | None = None

    def read(self, name: str, *, may_miss: bool = False) -> str | None:
        """A name in a document; None for a file that is not there and need not be."""
        return name

    def write(self, name: str) -> str:
        """A name in a configuration."""
        return name

    def controller_model(self, disk: Disk) -> str | None:
        """The model of the controller that a disk was made for, where that can be known."""
        return None
