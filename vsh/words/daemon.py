"""Words of the daemon's own administration, as libvirt numbers them."""

from vsh.words import Flags


class DaemonShutdown(Flags, prefix="VIR_DAEMON_SHUTDOWN_"):
    """How a daemon that is told to go treats its guests."""

    PRESERVE = 1
