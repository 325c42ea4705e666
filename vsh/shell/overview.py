"""What matters about the connection, for the welcome, the prompt and the toolbar."""

from __future__ import annotations

from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.connection import Connection


class Overview:
    """Where we are and how much runs there; what the other side would not say is None.

    place    what the prompt calls the kind of connection: "system", "session", "test", "lxc"
    host     the first part of the host's name
    running, total   domains
    version  libvirt's, such as "12.8.0"
    """

    __slots__ = ("host", "place", "running", "total", "version")

    def __init__(self, connection: Connection) -> None:
        self.place = place(connection.uri)
        answers: list[Any] = connection.many(
            [
                connection.get_hostname.request(),
                connection.num_of_domains.request(),
                connection.num_of_defined_domains.request(),
                connection.get_lib_version.request(),
            ]
        )
        name, running, off, version = (
            None if isinstance(answer, Error) else answer for answer in answers
        )
        self.host: str | None = name.partition(".")[0] if isinstance(name, str) else None
        self.running: int | None = running
        self.total: int | None = None if running is None or off is None else running + off
        self.version = "" if version is None else dotted(version)


def dotted(number: int) -> str:
    """libvirt's number of a version as people write it: 12008000 is "12.8.0"."""
    return f"{number // 1000000}.{number // 1000 % 1000}.{number % 1000}"


def place(uri: str) -> str:
    """What kind of connection a URI is, in one word: its path where that says it ("system",
    "session"), else its driver."""
    scheme, _, rest = uri.partition("://")
    driver = scheme.partition("+")[0]
    path = rest.partition("?")[0].partition("/")[2].strip("/")
    if driver in ("qemu", "kvm") and path:
        return path.rpartition("/")[2]
    return driver or "vsh"
