"""The whole test driver: every part of it."""

from __future__ import annotations

from vsh.drivers.test import Test
from vsh.drivers.test.checkpoint import Checkpoints
from vsh.drivers.test.domain_devices import DomainDevices
from vsh.drivers.test.domain_lifecycle import DomainLifecycle
from vsh.drivers.test.domain_memory import DomainMemory
from vsh.drivers.test.domain_statistics import DomainStatistics
from vsh.drivers.test.domain_tuning import DomainTuning
from vsh.drivers.test.domain_vcpu import DomainVcpu
from vsh.drivers.test.domain_xml import DomainXml
from vsh.drivers.test.event import Events
from vsh.drivers.test.guest import Guest
from vsh.drivers.test.host import Host
from vsh.drivers.test.interface import Interfaces
from vsh.drivers.test.managed_save import ManagedSave
from vsh.drivers.test.network import Networks
from vsh.drivers.test.nodedev import NodeDevices
from vsh.drivers.test.pool import Pools
from vsh.drivers.test.snapshot import Snapshots
from vsh.drivers.test.volume import Volumes


class Everything(
    Test,
    Networks,
    Interfaces,
    Pools,
    Volumes,
    NodeDevices,
    Host,
    DomainXml,
    ManagedSave,
    Snapshots,
    Checkpoints,
    DomainDevices,
    DomainMemory,
    DomainVcpu,
    DomainTuning,
    DomainStatistics,
    Guest,
    DomainLifecycle,
    Events,
):
    """One connection to a test hypervisor."""
