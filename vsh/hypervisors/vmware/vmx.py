"""vmware-vmx: the configuration of VMware's hypervisors and workstations, both ways.

Names of files are kept as they are, unless the caller knows more: an ESX server has datastores.
"""

from __future__ import annotations

from vsh.domains.defaults import Defaults
from vsh.errors import ConfigUnsupported
from vsh.hypervisors.devices import own_element
from vsh.hypervisors.vmware.files import Files
from vsh.xml.engine.flags import SKIP_VALIDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.engine.element import Element

HARDWARE = 7
NAMESPACE = "http://libvirt.org/schemas/domain/vmware/1.0"


class VmwareDefaults(Defaults):
    """A 32-bit PC with a wide SCSI bus."""

    architecture = "i686"
    mac_prefix = (0x00, 0x0C, 0x29)
    wide_scsi = True
    name_slash = True
    boot_order = False

    def whole(self, domain: Domain, flags: int) -> None:
        if domain.os.type != "hvm" or domain.os.arch not in ("i686", "x86_64"):
            raise ConfigUnsupported(
                f"could not find capabilities for ostype={domain.os.type} "
                f"arch={domain.os.arch} domaintype={domain.type} "
            )

    def device(self, kind: str, device: Element, domain: Domain) -> None:
        from vsh.xml.domain.devices.video import Video

        if isinstance(device, Video) and device.type is None:
            device.type = "vmvga"


class PlayerDefaults(VmwareDefaults):
    """What a workstation's own driver adds, where no server is asked."""

    boot_order = True


DEFAULTS = VmwareDefaults


def read(text: str, files: Files | None = None, *, unread: list[str] | None = None) -> Domain:
    """The domain that a configuration describes: a workstation's, or one of a server's files.

    unread  gets the names of entries and devices that say something and were not understood
    """
    from vsh.hypervisors.vmware.read import read_vmx

    defaults = PlayerDefaults() if files is None else VmwareDefaults()
    files = files or Files()
    domain = read_vmx(text, files, unread)
    defaults.complete(domain, flags=SKIP_VALIDATE)
    for name, value in (("datacenterpath", files.datacenter_path), ("moref", files.moref)):
        if value is not None:
            domain.extensions.append(own_element("vmware", NAMESPACE, name, value))
    return domain


def write(domain: Domain, files: Files | None = None, hardware: int | None = None) -> str:
    """The configuration for a domain, for a version of the virtual hardware.

    hardware  the version; without one the oldest common one that has all devices
    """
    from vsh.hypervisors.vmware.write import write_vmx

    return write_vmx(domain, files or Files(), hardware or _hardware(domain))


def _hardware(domain: Domain) -> int:
    if domain.tpms:
        return 14
    return 13 if any(disk.bus == "nvme" for disk in domain.disks) else HARDWARE
