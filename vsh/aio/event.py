# mypy: disable-error-code="no-any-return"
"""Events: what a connection tells unasked.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.api.types import Record
from vsh.words.event_id import (
    DomainEventID,
    NetworkEventID,
    NodeDeviceEventID,
    SecretEventID,
    StoragePoolEventID,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.aio.domain import Domain
    from vsh.aio.network import Network
    from vsh.aio.node_device import NodeDevice
    from vsh.aio.pool import Pool
    from vsh.aio.secret import Secret
    from vsh.api.types import Text, TypedParams, i32, i64, u32, u64


class Event(Record):
    """One event.

    family   whose registration it belongs to: "domain", "network", "pool", "node_device", "secret",
             "monitor" (of QEMU) or "connection"
    newer    fields that the legacy message does not have
    callback the registration that it came for, where the driver says
    """

    family = "domain"
    program = "remote"
    id: int | None = None
    callback: int | None = None
    word = ""
    number: int | None = None
    legacy: int | None = None
    newer: tuple[str, ...] = ()


if TYPE_CHECKING:

    class DomainEvent(Event):
        """Something that happened to a domain."""

        domain: Domain

    class NetworkEvent(Event):
        """Something that happened to a network."""

        network: Network

    class PoolEvent(Event):
        """Something that happened to a storage pool."""

        pool: Pool

    class NodeDeviceEvent(Event):
        """Something that happened to a device of the host."""

        device: NodeDevice

    class SecretEvent(Event):
        """Something that happened to a secret."""

        secret: Secret
else:
    DomainEvent = NetworkEvent = PoolEvent = NodeDeviceEvent = SecretEvent = Event


class Address(Record):
    """One end of a graphics connection; family 0 is IPv4, 1 IPv6, 2 a UNIX socket."""

    family: i32
    node: Text
    service: Text


class Identity(Record):
    """What the graphics client was known as."""

    type: Text
    name: Text


class Lifecycle(DomainEvent):
    """The domain's state or definition changed (``DomainEventType``)."""

    id, word, number, legacy = (DomainEventID.LIFECYCLE, "lifecycle", 318, 107)
    domain: Domain
    event: i32
    detail: i32


class Reboot(DomainEvent):
    """The guest rebooted."""

    id, word, number, legacy = (DomainEventID.REBOOT, "reboot", 319, 169)
    domain: Domain


class RtcChange(DomainEvent):
    """The guest set its clock; ``offset`` from UTC in seconds."""

    id, word, number, legacy = (DomainEventID.RTC_CHANGE, "rtc-change", 320, 170)
    domain: Domain
    offset: i64


class Watchdog(DomainEvent):
    """The guest's watchdog fired, and what was done."""

    id, word, number, legacy = (DomainEventID.WATCHDOG, "watchdog", 321, 171)
    domain: Domain
    action: i32


class IoError(DomainEvent):
    """An I/O error of a disk, and what was done."""

    id, word, number, legacy = (DomainEventID.IO_ERROR, "io-error", 322, 172)
    domain: Domain
    srcPath: Text
    devAlias: Text
    action: i32


class Graphics(DomainEvent):
    """A graphics client connected, was authenticated, or went."""

    id, word, number, legacy = (DomainEventID.GRAPHICS, "graphics", 323, 173)
    limits = {"subject": 20}
    domain: Domain
    phase: i32
    local: Address
    remote: Address
    authScheme: Text
    subject: list[Identity]


class IoErrorReason(DomainEvent):
    """An I/O error of a disk, what was done, and why."""

    id, word, number, legacy = (DomainEventID.IO_ERROR_REASON, "io-error-reason", 324, 195)
    domain: Domain
    srcPath: Text
    devAlias: Text
    action: i32
    reason: Text


class ControlError(DomainEvent):
    """The channel to the hypervisor broke."""

    id, word, number, legacy = (DomainEventID.CONTROL_ERROR, "control-error", 325, 224)
    domain: Domain


class BlockJob(DomainEvent):
    """A block job changed its status; ``path`` is the disk's source."""

    id, word, number, legacy = (DomainEventID.BLOCK_JOB, "block-job", 326, 241)
    domain: Domain
    path: Text
    type: i32
    status: i32


class DiskChange(DomainEvent):
    """A disk's source was changed or dropped."""

    id, word, number, legacy = (DomainEventID.DISK_CHANGE, "disk-change", 327, 248)
    domain: Domain
    oldSrcPath: Text | None
    newSrcPath: Text | None
    devAlias: Text
    reason: i32


class TrayChange(DomainEvent):
    """A tray was opened (0) or closed (1)."""

    id, word, number, legacy = (DomainEventID.TRAY_CHANGE, "tray-change", 328, 268)
    domain: Domain
    devAlias: Text
    reason: i32


class PmWakeup(DomainEvent):
    """The guest woke up."""

    id, word, number, legacy = (DomainEventID.PMWAKEUP, "pm-wakeup", 329, 269)
    newer = ("reason",)
    reason: i32
    domain: Domain


class PmSuspend(DomainEvent):
    """The guest suspended to memory."""

    id, word, number, legacy = (DomainEventID.PMSUSPEND, "pm-suspend", 330, 270)
    newer = ("reason",)
    reason: i32
    domain: Domain


class BalloonChange(DomainEvent):
    """The guest's memory is now so many KiB."""

    id, word, number, legacy = (DomainEventID.BALLOON_CHANGE, "balloon-change", 331, 276)
    domain: Domain
    actual: u64


class PmSuspendDisk(DomainEvent):
    """The guest suspended to disk."""

    id, word, number, legacy = (DomainEventID.PMSUSPEND_DISK, "pm-suspend-disk", 332, 292)
    newer = ("reason",)
    reason: i32
    domain: Domain


class DeviceRemoved(DomainEvent):
    """The guest let go of a device."""

    id, word, number, legacy = (DomainEventID.DEVICE_REMOVED, "device-removed", 333, 311)
    domain: Domain
    devAlias: Text


class BlockJob2(DomainEvent):
    """A block job changed its status; ``dst`` is the disk's target."""

    id, word, number = (DomainEventID.BLOCK_JOB_2, "block-job-2", 339)
    domain: Domain
    dst: Text
    type: i32
    status: i32


class Tunable(DomainEvent):
    """Tunables were changed: their names and new values."""

    id, word, number = (DomainEventID.TUNABLE, "tunable", 346)
    limits = {"params": 2048}
    domain: Domain
    params: TypedParams


class AgentLifecycle(DomainEvent):
    """The guest's agent connected (1) or disconnected (2)."""

    id, word, number = (DomainEventID.AGENT_LIFECYCLE, "agent-lifecycle", 348)
    domain: Domain
    state: i32
    reason: i32


class DeviceAdded(DomainEvent):
    """A device was plugged in."""

    id, word, number = (DomainEventID.DEVICE_ADDED, "device-added", 354)
    domain: Domain
    devAlias: Text


class MigrationIteration(DomainEvent):
    """A migration began its next pass over the memory."""

    id, word, number = (DomainEventID.MIGRATION_ITERATION, "migration-iteration", 359)
    domain: Domain
    iteration: i32


class JobCompleted(DomainEvent):
    """A job ended: its statistics."""

    id, word, number = (DomainEventID.JOB_COMPLETED, "job-completed", 363)
    domain: Domain
    params: TypedParams


class DeviceRemovalFailed(DomainEvent):
    """The guest refused to let go of a device."""

    id, word, number = (DomainEventID.DEVICE_REMOVAL_FAILED, "device-removal-failed", 367)
    domain: Domain
    devAlias: Text


class MetadataChange(DomainEvent):
    """Metadata was changed: which, and the namespace of a custom element."""

    id, word, number = (DomainEventID.METADATA_CHANGE, "metadata-change", 379)
    domain: Domain
    type: i32
    nsuri: Text | None


class BlockThreshold(DomainEvent):
    """A disk was written beyond its threshold, by ``excess`` bytes."""

    id, word, number = (DomainEventID.BLOCK_THRESHOLD, "block-threshold", 385)
    domain: Domain
    dev: Text
    path: Text | None
    threshold: u64
    excess: u64


class MemoryFailure(DomainEvent):
    """The host's memory failed under the guest."""

    id, word, number = (DomainEventID.MEMORY_FAILURE, "memory-failure", 423)
    domain: Domain
    recipient: i32
    action: i32
    flags: u32


class MemoryDeviceSizeChange(DomainEvent):
    """A memory device now has so many KiB in use."""

    id, word, number = (DomainEventID.MEMORY_DEVICE_SIZE_CHANGE, "memory-device-size-change", 438)
    domain: Domain
    alias: Text
    size: u64


class NicMacChange(DomainEvent):
    """The guest gave a network interface another address."""

    id, word, number = (DomainEventID.NIC_MAC_CHANGE, "nic-mac-change", 453)
    domain: Domain
    alias: Text
    oldMAC: Text
    newMAC: Text


class VcpuRemoved(DomainEvent):
    """The guest let go of a vCPU."""

    id, word, number = (DomainEventID.VCPU_REMOVED, "vcpu-removed", 454)
    domain: Domain
    vcpuid: u32


class ChannelLifecycle(DomainEvent):
    """A channel was connected or disconnected in the guest
    (``DomainEventChannelLifecycleState``).
    """

    id, word, number = (DomainEventID.CHANNEL_LIFECYCLE, "channel-lifecycle", 455)
    domain: Domain
    channelName: Text
    state: i32
    reason: i32


class NetworkLifecycle(NetworkEvent):
    """A network was defined, undefined, started or stopped."""

    family = "network"
    id, word, number = (NetworkEventID.LIFECYCLE, "lifecycle", 315)
    network: Network
    event: i32
    detail: i32


class NetworkMetadataChange(NetworkEvent):
    """A network's metadata was changed."""

    family = "network"
    id, word, number = (NetworkEventID.METADATA_CHANGE, "metadata-change", 446)
    network: Network
    type: i32
    nsuri: Text | None


class PoolLifecycle(PoolEvent):
    """A pool was defined, undefined, started, stopped, created or deleted."""

    family = "pool"
    id, word, number = (StoragePoolEventID.LIFECYCLE, "lifecycle", 370)
    pool: Pool
    event: i32
    detail: i32


class PoolRefresh(PoolEvent):
    """A pool was refreshed."""

    family = "pool"
    id, word, number = (StoragePoolEventID.REFRESH, "refresh", 373)
    pool: Pool


class NodeDeviceLifecycle(NodeDeviceEvent):
    """A host device appeared, vanished, was defined or undefined."""

    family = "node_device"
    id, word, number = (NodeDeviceEventID.LIFECYCLE, "lifecycle", 376)
    device: NodeDevice
    event: i32
    detail: i32


class NodeDeviceUpdate(NodeDeviceEvent):
    """A host device changed."""

    family = "node_device"
    id, word, number = (NodeDeviceEventID.UPDATE, "update", 377)
    device: NodeDevice


class SecretLifecycle(SecretEvent):
    """A secret was defined or undefined."""

    family = "secret"
    id, word, number = (SecretEventID.LIFECYCLE, "lifecycle", 382)
    secret: Secret
    event: i32
    detail: i32


class SecretValueChanged(SecretEvent):
    """A secret got another value."""

    family = "secret"
    id, word, number = (SecretEventID.VALUE_CHANGED, "value-changed", 383)
    secret: Secret


class MonitorEvent(DomainEvent):
    """QEMU's monitor said something: the event's name, its time and its details as JSON."""

    family = "monitor"
    program = "qemu"
    number = 6
    domain: Domain
    event: Text
    seconds: i64
    micros: u32
    details: Text | None


class ConnectionClosed(Event):
    """The connection to the hypervisor behind the daemon is gone
    (``CloseReason``).
    """

    family = "connection"
    legacy = 362
    reason: i32
