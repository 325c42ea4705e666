"""Domains in the configuration of other programs.

A format's word names its place: ``vmware-vmx`` is ``hypervisors/vmware/vmx.py``.  Its module has

``read(text)``      the domain that a configuration describes, complete
``write(domain)``   the configuration for a complete domain
``DEFAULTS``        what the format's own driver adds to a document (``vsh.domains.defaults``)

and only those directions that libvirt has.  No driver and no connection is needed.
"""

from __future__ import annotations

from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.xml.domain import Domain


def from_native(format: str, text: str) -> Domain:
    """The domain that a configuration describes.  Raises the Error that libvirt would report."""
    domain: Domain = _direction(format, "read")(text)
    return domain


def to_native(format: str, document: str) -> str:
    """The configuration for a domain's document.  Raises the Error that libvirt would report."""
    from vsh.xml.domain import Domain
    from vsh.xml.engine import flags
    from vsh.xml.engine.reader import read

    write = _direction(format, "write")
    domain = read(document, Domain, flags=flags.INACTIVE)
    form_of(format).DEFAULTS().complete(domain)
    text: str = write(domain)
    return text


def formats(direction: str) -> list[str]:
    """The words of the formats that can be read, or written (``read`` or ``write``)."""
    from vsh.lookup import module, names

    words = [
        f"{hypervisor}-{name}"
        for hypervisor in names("vsh.hypervisors")
        if hasattr(module("vsh.hypervisors", hypervisor), "__path__")
        for name in names(f"vsh.hypervisors.{hypervisor}")
    ]
    return [word for word in words if known(word, direction)]


def known(format: str, direction: str) -> bool:
    """Whether there is such a format, and it can be read, or written (``read`` or ``write``)."""
    found = form_of(format)
    return hasattr(found, "DEFAULTS") and hasattr(found, direction)


def form_of(format: str) -> Any:
    """The module of a format's word; None if there is none."""
    from vsh.lookup import module

    hypervisor, _, name = format.partition("-")
    package: Any = module("vsh.hypervisors", hypervisor)
    return module(package.__name__, name) if hasattr(package, "__path__") else None


def _direction(format: str, name: str) -> Any:
    if not known(format, name):
        raise InvalidArgument(f"unsupported config type {format}")
    return getattr(form_of(format), name)
