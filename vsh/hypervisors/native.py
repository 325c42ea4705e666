"""Domains in the configuration of other programs.

A format's word names its place: ``vmware-vmx`` is ``hypervisors/vmware/vmx.py``.  The package says
in ``FORMATS`` which of its modules are formats and what each can do, so that nothing is imported to
list them.  The module has

``read(text, unread=...)``  the domain that a configuration describes, complete
``write(domain)``           the configuration for a complete domain
``DEFAULTS``                what the format's own driver adds to a document

and only those directions that libvirt has.  No driver and no connection is needed.
"""

from __future__ import annotations

from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from vsh.domains.defaults import Defaults
    from vsh.xml.domain import Domain

    class Format(Protocol):
        """The module of a format, which may have one of the directions only."""

        DEFAULTS: Callable[[], Defaults]

        @staticmethod
        def read(text: str, *, unread: list[str] | None = None) -> Domain: ...

        @staticmethod
        def write(domain: Domain) -> str: ...


def from_native(format: str, text: str, unread: list[str] | None = None) -> Domain:
    """The domain that a configuration describes.  Raises the Error that libvirt would report.

    unread  gets what says something about the domain and was not understood: names of entries or
            devices, some with the value behind a colon
    """
    return _format(format, "read").read(text, unread=unread)


def to_native(format: str, document: str) -> str:
    """The configuration for a domain's document.  Raises the Error that libvirt would report."""
    from vsh.xml.domain import Domain
    from vsh.xml.engine import flags
    from vsh.xml.engine.reader import read

    found = _format(format, "write")
    domain = read(document, Domain, flags=flags.INACTIVE)
    found.DEFAULTS().complete(domain)
    return found.write(domain)


def formats(direction: str) -> list[str]:
    """The words of the formats that can be read, or written (``read`` or ``write``)."""
    from vsh.lookup import names

    return [
        f"{hypervisor}-{name}"
        for hypervisor in names("vsh.hypervisors")
        for name, directions in _declared(hypervisor).items()
        if direction in directions
    ]


def known(format: str, direction: str) -> bool:
    """Whether there is such a format, and it can be read, or written (``read`` or ``write``)."""
    hypervisor, _, name = format.partition("-")
    return direction in _declared(hypervisor).get(name, ())


def form_of(format: str) -> Format:
    """The module of a format's word.  Raises InvalidArgument if there is none."""
    return _format(format, None)


def _declared(hypervisor: str) -> dict[str, tuple[str, ...]]:
    """What a package says of its formats; nothing where there is no such package."""
    from vsh.lookup import module

    found: dict[str, tuple[str, ...]] = getattr(
        module("vsh.hypervisors", hypervisor), "FORMATS", {}
    )
    return found


def _format(format: str, direction: str | None) -> Format:
    from vsh.lookup import module

    hypervisor, _, name = format.partition("-")
    directions = _declared(hypervisor).get(name)
    if directions is None or (direction is not None and direction not in directions):
        raise InvalidArgument(f"unsupported config type {format}")
    found: Format = module(f"vsh.hypervisors.{hypervisor}", name)  # type: ignore[assignment]
    return found
