"""Words of the daemon's own administration, as libvirt numbers them."""


class DaemonShutdown:
    """How a daemon that is told to go treats its guests."""

    prefix = "VIR_DAEMON_SHUTDOWN_"
    PRESERVE = 1
