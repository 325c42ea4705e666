"""A part of a driver: its answers to the calls of one theme of the API.

    # vsh/drivers/qemu/domain/lifecycle.py
    from vsh.api.domain import lifecycle

    class Lifecycle(Part, answers=lifecycle):
        def suspend(self, domain: Domain) -> None: ...

The file is called like the theme's and stands at the same place below the driver's folder; the
class is called like the file.  Every public method is a stub of the theme: it has its name, and its
values after the object that it is called on (``tests/drivers/test_parts.py`` says so).  A call that
has no method is "not supported by the connection driver".
"""

from __future__ import annotations

from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Protocol

    class Asked(Protocol):
        """A driver, as far as every part knows it."""

        uri: str
        readonly: bool


class Part:
    """The base of every part; made once for each connection, when its theme is first asked for.

    answers   the theme: a module of ``vsh.api``
    driver    the connection
    prefix    how the names of the driver's functions begin, for errors ("test", "qemu")
    """

    answers: ModuleType
    prefix = ""

    def __init_subclass__(cls, *, answers: ModuleType | None = None) -> None:
        if answers is not None:
            cls.answers = answers

    def __init__(self, driver: Asked) -> None:
        self.driver = driver

    @staticmethod
    def accept(flags: int, known: int, function: str) -> None:
        """Refuse flags that libvirt's function does not know.  Raises InvalidArgument."""
        unknown = flags & ~known
        if unknown:
            raise InvalidArgument.whole(f"unsupported flags (0x{unknown:x}) in function {function}")

    def function(self, name: str) -> str:
        """The name of the driver's function, by the rest of it: "DomainSnapshotNum"."""
        return self.prefix + name
