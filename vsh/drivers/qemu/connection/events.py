"""Registering for events: as for every hypervisor in this process."""

from vsh.drivers.state.events import Events

__all__ = ["Events"]
