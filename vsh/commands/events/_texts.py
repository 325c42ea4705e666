"""What happened to a domain, in a line or a few: the texts of ``event``."""

from __future__ import annotations

from vsh.commands._waiting import lifecycle_words
from vsh.words.domain.block import DomainBlockJobType
from vsh.words.domain.document import DomainMetadataType
from vsh.words.event import (
    DomainEventAgentLifecycleReason,
    DomainEventAgentLifecycleState,
    DomainEventBlockJobStatus,
    DomainEventChannelLifecycleReason,
    DomainEventChannelLifecycleState,
    DomainEventDiskChangeReason,
    DomainEventGraphicsAddressType,
    DomainEventGraphicsPhase,
    DomainEventIOErrorAction,
    DomainEventTrayChangeReason,
    DomainEventWatchdogAction,
    DomainMemoryFailure,
    DomainMemoryFailureActionType,
    DomainMemoryFailureRecipientType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.api.event import (
        AgentLifecycle,
        BlockJob,
        BlockJob2,
        BlockThreshold,
        ChannelLifecycle,
        DeviceAdded,
        DeviceRemovalFailed,
        DeviceRemoved,
        DiskChange,
        Event,
        Graphics,
        IoError,
        IoErrorReason,
        JobCompleted,
        MemoryFailure,
        MetadataChange,
        TrayChange,
        Tunable,
    )
    from vsh.words import Enumeration


def domain_event_text(event: Any) -> str:
    """The text of one event of a domain, with a newline at its end."""
    more = TEXTS.get(event.word)
    return (
        f"event '{event.word}' for domain '{event.domain.name}'"
        f"{more(event) if more is not None else ''}\n"
    )


def _lifecycle(event: Event) -> str:
    return ": " + " ".join(lifecycle_words(event))


def _io_error(event: IoError | IoErrorReason) -> str:
    return f": {event.srcPath} ({event.devAlias}) {DomainEventIOErrorAction.word_of(event.action)}"


def _io_error_reason(event: IoErrorReason) -> str:
    return f"{_io_error(event)} due to {event.reason}"


def _graphics(event: Graphics) -> str:
    ends = [
        f"{DomainEventGraphicsAddressType.word_of(end.family)} {end.node} {end.service}"
        for end in (event.local, event.remote)
    ]
    return (
        f": {DomainEventGraphicsPhase.word_of(event.phase)} local[{ends[0]}] remote[{ends[1]}] "
        f"{event.authScheme}"
        + "".join(f"\n\t{identity.type}={identity.name}" for identity in event.subject)
    )


def _block_job(event: BlockJob | BlockJob2) -> str:
    disk = getattr(event, event.fields[1])
    status = DomainEventBlockJobStatus.word_of(event.status)
    return f": {DomainBlockJobType.word_of(event.type)} for {disk} {status}"


def _disk_change(event: DiskChange) -> str:
    return (
        f" disk {event.devAlias}: {_null(event.oldSrcPath)} -> {_null(event.newSrcPath)}: "
        f"{DomainEventDiskChangeReason.word_of(event.reason)}"
    )


def _null(text: str | None) -> str:
    return "<null>" if text is None else text


def _tray_change(event: TrayChange) -> str:
    return f" disk {event.devAlias}: {DomainEventTrayChangeReason.word_of(event.reason)}"


def _device(event: DeviceAdded | DeviceRemoved | DeviceRemovalFailed) -> str:
    return f": {event.devAlias}"


def _params(event: Tunable | JobCompleted) -> str:
    lines = [":"]
    for name, value in event.params.items():
        kind = event.params.types[name]
        for each in value if isinstance(value, list) else (value,):
            text = f"{each:g}" if kind == "double" else int(each) if kind == "boolean" else each
            lines.append(f"\t{name}: {text}")
    return "\n".join(lines)


def _connected(event: AgentLifecycle | ChannelLifecycle) -> str:
    return (
        f" state: '{DomainEventAgentLifecycleState.word_of(event.state, 'unsupported value')}' "
        f"reason: '{DomainEventAgentLifecycleReason.word_of(event.reason, 'unsupported value')}'"
    )


def _metadata_change(event: MetadataChange) -> str:
    kind = DomainMetadataType.word_of(event.type, "unsupported value")
    return f": type {kind}, uri {_null(event.nsuri)}"


def _block_threshold(event: BlockThreshold) -> str:
    return f": dev: {event.dev}({_null(event.path)}) {event.threshold} {event.excess}"


def _memory_failure(event: MemoryFailure) -> str:
    required = bool(event.flags & DomainMemoryFailure.ACTION_REQUIRED)
    recursive = bool(event.flags & DomainMemoryFailure.RECURSIVE)
    recipient = DomainMemoryFailureRecipientType.word_of(event.recipient, "unsupported value")
    action = DomainMemoryFailureActionType.word_of(event.action, "unsupported value")
    return (
        f":\nrecipient: {recipient}"
        f"\naction: {action}"
        f"\nflags:\n\taction required: {required:d}\n\trecursive: {recursive:d}"
    )


TEXTS: dict[str, Callable[[Any], str]] = {
    "lifecycle": _lifecycle,
    "rtc-change": lambda event: f": {event.offset}",
    "watchdog": lambda event: f": {DomainEventWatchdogAction.word_of(event.action)}",
    "io-error": _io_error,
    "io-error-reason": _io_error_reason,
    "graphics": _graphics,
    "block-job": _block_job,
    "block-job-2": _block_job,
    "disk-change": _disk_change,
    "tray-change": _tray_change,
    "balloon-change": lambda event: f": {event.actual}KiB",
    "device-removed": _device,
    "device-added": _device,
    "device-removal-failed": _device,
    "tunable": _params,
    "job-completed": _params,
    "agent-lifecycle": lambda event: f":{_connected(event)}",
    "channel-lifecycle": lambda event: f": channel name: '{event.channelName}'{_connected(event)}",
    "migration-iteration": lambda event: f": iteration: '{event.iteration}'",
    "metadata-change": _metadata_change,
    "block-threshold": _block_threshold,
    "memory-failure": _memory_failure,
    "memory-device-size-change": lambda event: f":\nalias: {event.alias}\nsize: {event.size}",
    "nic-mac-change": lambda event: (
        f":\nalias: {event.alias}\noldMAC: {event.oldMAC}\nnewMAC: {event.newMAC}"
    ),
    "vcpu-removed": lambda event: f": vcpu {event.vcpuid}",
}
"""By the event's word: what follows "event '...' for domain '...'"; nothing for the others."""

FIELD_WORDS: dict[tuple[str, str], type[Enumeration]] = {
    ("watchdog", "action"): DomainEventWatchdogAction,
    ("io-error", "action"): DomainEventIOErrorAction,
    ("io-error-reason", "action"): DomainEventIOErrorAction,
    ("graphics", "phase"): DomainEventGraphicsPhase,
    ("graphics", "family"): DomainEventGraphicsAddressType,
    ("block-job", "type"): DomainBlockJobType,
    ("block-job", "status"): DomainEventBlockJobStatus,
    ("block-job-2", "type"): DomainBlockJobType,
    ("block-job-2", "status"): DomainEventBlockJobStatus,
    ("disk-change", "reason"): DomainEventDiskChangeReason,
    ("tray-change", "reason"): DomainEventTrayChangeReason,
    ("agent-lifecycle", "state"): DomainEventAgentLifecycleState,
    ("agent-lifecycle", "reason"): DomainEventAgentLifecycleReason,
    ("channel-lifecycle", "state"): DomainEventChannelLifecycleState,
    ("channel-lifecycle", "reason"): DomainEventChannelLifecycleReason,
    ("metadata-change", "type"): DomainMetadataType,
    ("memory-failure", "recipient"): DomainMemoryFailureRecipientType,
    ("memory-failure", "action"): DomainMemoryFailureActionType,
}
"""By the event's word and the name of a field: the words for its numbers, in structured formats."""
