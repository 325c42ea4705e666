"""xen-xl: the configuration of Xen's tool xl, both ways."""

from __future__ import annotations

from vsh.hypervisors.conf import Conf
from vsh.hypervisors.xen.defaults import XenDefaults
from vsh.hypervisors.xen.read import read_common
from vsh.hypervisors.xen.values import Values
from vsh.hypervisors.xen.write import write_common
from vsh.xml.engine.flags import SKIP_VALIDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain

DEFAULTS = XenDefaults


def read(text: str, *, unread: list[str] | None = None) -> Domain:
    """The domain that a configuration describes; ``unread`` gets what was not understood."""
    from vsh.hypervisors.xen.xl_read import read_xl

    values = Values(Conf.parse(text))
    domain = read_common(values, "vif")
    read_xl(domain, values)
    XenDefaults().complete(domain, flags=SKIP_VALIDATE)
    if unread is not None:
        unread += values.unread()
    return domain


def write(domain: Domain) -> str:
    """The configuration for a domain."""
    from vsh.hypervisors.xen.xl_write import write_xl

    conf = write_common(domain, "vif")
    write_xl(conf, domain)
    return conf.format()
