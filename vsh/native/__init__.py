"""Domains in the configuration of other programs: one file for each format, named as the user
types it.

A module of a format has

``read(text)``      the domain that a configuration describes, complete
``write(domain)``   the configuration for a complete domain
``DEFAULTS``        what the format's own driver adds to a document (``vsh.xml.domain.defaults``)

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
    from vsh.xml import flags
    from vsh.xml.domain import Domain
    from vsh.xml.reader import read

    write = _direction(format, "write")
    domain = read(document, Domain, flags=flags.INACTIVE)
    domain.complete(_module(format).DEFAULTS())
    text: str = write(domain)
    return text


def formats(direction: str) -> list[str]:
    """The words of the formats that can be read, or written (``read`` or ``write``)."""
    from vsh.lookup import names

    return [word for word in names("vsh.native") if hasattr(_module(word), direction)]


def _module(format: str) -> Any:
    from vsh.lookup import module

    return module("vsh.native", format)


def _direction(format: str, name: str) -> Any:
    function = getattr(_module(format), name, None)
    if function is None:
        raise InvalidArgument(f"unsupported config type {format}")
    return function
