"""xen-xl: the configuration of Xen's tool xl, both ways."""

from __future__ import annotations

from vsh.native._conf import Conf
from vsh.native._xen_defaults import XenDefaults
from vsh.native._xen_read import Values, read_common
from vsh.native._xen_write import write_common
from vsh.xml.flags import SKIP_VALIDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain

DEFAULTS = XenDefaults


def read(text: str) -> Domain:
    """The domain that a configuration describes."""
    from vsh.native._xen_xl_read import read_xl

    values = Values(Conf.parse(text))
    domain = read_common(values, "vif")
    read_xl(domain, values)
    domain.complete(XenDefaults(), flags=SKIP_VALIDATE)
    return domain


def write(domain: Domain) -> str:
    """The configuration for a domain."""
    from vsh.native._xen_xl_write import write_xl

    conf = write_common(domain, "vif")
    write_xl(conf, domain)
    return conf.format()
