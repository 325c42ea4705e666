"""What libvirt's drivers of the host are under URIs of their own: ``network:///system`` and so on.

Each is a view of the same root that answers only for its kind of objects.
"""

from __future__ import annotations

from vsh.drivers.qemu import Qemu
from vsh.errors import NoSupport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from vsh.api._call import Call, Object
    from vsh.drivers.qemu.hypervisor import Hypervisor

    Answered = TypeVar("Answered")

WORDS = {
    "network": ("network",),
    "storage": ("storage_pool", "storage_vol"),
    "secret": ("secret",),
    "interface": ("interface",),
    "nodedev": ("node_device", "node_list_devices", "node_num_of_devices"),
    "nwfilter": ("nwfilter",),
}
"""By the URI's scheme: the words in the names of the calls that are answered."""
_ALWAYS = frozenset((
    "connect_get_type", "connect_get_uri", "connect_get_lib_version", "connect_is_secure",
    "connect_supports_feature",
))  # fmt: skip


class HostOnly(Qemu):
    """One connection to the objects of one kind."""

    def __init__(self, hypervisor: Hypervisor, uri: str, *, readonly: bool) -> None:
        super().__init__(hypervisor, uri, readonly=readonly)
        self.name = uri.partition(":")[0]

    def answer(
        self, call: Call[..., Answered], target: Object, values: tuple[object, ...]
    ) -> Answered:
        if call.slot not in _ALWAYS and not self._is_ours(call.slot):
            raise NoSupport(call.api)
        return super().answer(call, target, values)

    def _is_ours(self, slot: str) -> bool:
        if slot.startswith("domain_"):
            return False
        return any(word in slot for word in WORDS[self.name])
