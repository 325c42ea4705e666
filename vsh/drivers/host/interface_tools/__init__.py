"""The tools that keep interfaces' configurations on this machine: a tool is a file.

Each writes a definition into files of its own, whose names say that they are ours, in the folder
where the tool looks for such; it brings interfaces up and down by the tool's commands.  ``root`` is
what stands before /etc and /run.
"""

from __future__ import annotations

import os

from vsh.drivers.host.netlink import Netlink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.host.interface import HostInterface, Protocol

ORDER = ("netplan", "network_manager", "ifupdown")
"""The first that is here has the say: netplan writes what the others read."""
MARK = "vsh-"
"""How the names of our files begin."""


class Tool:
    """One tool.

    root  what stands before /etc and /run; "" is this machine
    """

    name = ""

    def __init__(self, root: str = "") -> None:
        self.root = root

    def is_here(self) -> bool:
        """Whether it keeps this machine's interfaces."""
        raise NotImplementedError

    def files(self, document: HostInterface) -> dict[str, str]:
        """What is written for an interface: the texts by the files' paths.

        Raises ConfigUnsupported for what the tool cannot do.
        """
        raise NotImplementedError

    def foreign(self, name: str) -> str | None:
        """The path of another's file that configures an interface, or None."""
        raise NotImplementedError

    def read_again(self) -> None:
        """Tell the tool that files have changed.  Raises InternalError."""

    def up(self, name: str) -> None:
        """Bring an interface up as it is configured.  Raises InternalError."""
        raise NotImplementedError

    def down(self, name: str) -> None:
        """Bring an interface down.  Raises InternalError, OSError."""
        with Netlink() as netlink:
            netlink.set_up(name, up=False)

    def _others(self, folder: str) -> list[str]:
        """The files of a folder that are not ours."""
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            return []
        return [f"{folder}/{name}" for name in names if MARK not in name]


def addresses(protocol: Protocol) -> list[str]:
    """The addresses of a protocol with their prefixes.  Raises ConfigUnsupported without one."""
    from vsh.errors import ConfigUnsupported

    found = []
    for each in protocol.addresses:
        if each.prefix is None:
            raise ConfigUnsupported(f"address '{each.address}' has no prefix")
        found.append(f"{each.address}/{each.prefix}")
    return found


def read(path: str) -> str:
    """A file's text; nothing where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def find(root: str = "") -> Tool | None:
    """The tool of this machine, or None."""
    from vsh.lookup import find as found

    for name in ORDER:
        kind: type[Tool] | None = found(__name__, name)
        tool = None if kind is None else kind(root)
        if tool is not None and tool.is_here():
            return tool
    return None
