"""<shmem>: memory that guests share."""

from __future__ import annotations

from vsh.errors import XmlError
from vsh.xml.domain.devices._info import Device
from vsh.xml.engine.field import Choice, Int, Present, Switch, Text
from vsh.xml.engine.values import Scaled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class Mebibytes(Scaled[int | None]):
    """A size in bytes that is written in whole MiB."""

    def show(self, value: object) -> str:
        assert isinstance(value, int)
        return str(value >> 20)


class Shmem(Device, tag="shmem"):
    """One piece of shared memory of a domain."""

    name = Text("@name")
    role = Choice("@role", ("master", "peer"), when=lambda s: s.model != "ivshmem")
    model = Choice[str](
        "model/@type", ("ivshmem", "ivshmem-plain", "ivshmem-doorbell"), default="ivshmem", after=""
    )
    size = Mebibytes("size", unit="M", step=1, bare=1, xpath="./size[1]", zero=False)
    server = Present("server")
    server_path = Text("server/@path")
    msi = Present("msi")
    msi_vectors = Int("msi/@vectors", base=0, skip=0)
    msi_ioeventfd = Switch("msi/@ioeventfd")

    def read_device(self, reading: Reading) -> Found:
        if self.name is None:
            yield "name", XmlError("shmem element must contain 'name' attribute")
        if self.msi and not self.server:
            yield XmlError("msi option is only supported with a server")
