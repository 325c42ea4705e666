"""Moving guests between QEMUs of two hosts: libvirt's protocol 3, both its sides.

``outgoing`` is the source's part (begin, perform, confirm), ``incoming`` the destination's
(prepare, finish); ``cookie`` is what they tell each other by way of the client, in libvirt's form;
``settings`` what QEMU is told for flags and parameters; ``mirrors`` the disks that are copied.  At
every instant at most one of the two QEMUs runs the guest's CPUs.  ``found`` is what becomes of a
guest that was on its way out when its keeper was cut off.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


def found_again(hypervisor: Hypervisor, guest: Guest) -> None:
    """A guest that was moving when its keeper was cut off: it runs on one of the two hosts.

    One that came in is dropped, since its source has it still; but not one that runs already.
    """
    from vsh.drivers.qemu.migration import found, incoming, recovery

    assert guest.run is not None
    if guest.run.moving in ("in", recovery.IN):
        incoming.found_again(hypervisor, guest)
    else:
        found.source(hypervisor, guest)
