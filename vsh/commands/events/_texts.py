"""What happened to a domain, in a line or a few: the texts of ``event``."""

from __future__ import annotations

from vsh.commands._waiting import METADATA, lifecycle_words
from vsh.commands._words import word
from vsh.words.event import DomainMemoryFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any


WATCHDOG = ("none", "pause", "reset", "poweroff", "shutdown", "debug", "inject-nmi")
IO_ERROR = ("none", "pause", "report")
GRAPHICS_PHASES = ("connect", "initialize", "disconnect")
GRAPHICS_ADDRESSES = ("IPv4", "IPv6", "unix")
BLOCK_JOBS = (
    "Unknown job",
    "Block Pull",
    "Block Copy",
    "Block Commit",
    "Active Block Commit",
    "Backup",
)
BLOCK_JOB_STATES = ("completed", "failed", "canceled", "ready")
DISK_CHANGES = ("changed", "dropped")
TRAY_CHANGES = ("opened", "closed")
CONNECTED = ("unknown", "connected", "disconnected")
CONNECTED_REASONS = ("unknown", "domain started", "channel event")
FAILURE_RECIPIENTS = ("hypervisor", "guest")
FAILURE_ACTIONS = ("ignore", "inject", "fatal", "reset")


def domain_event_text(event: Any) -> str:
    """The text of one event of a domain, with a newline at its end."""
    more = TEXTS.get(event.word)
    return (
        f"event '{event.word}' for domain '{event.domain.name}'"
        f"{more(event) if more is not None else ''}\n"
    )


def _lifecycle(event: Any) -> str:
    return ": " + " ".join(lifecycle_words(event))


def _io_error(event: Any) -> str:
    return f": {event.srcPath} ({event.devAlias}) {word(IO_ERROR, event.action)}"


def _io_error_reason(event: Any) -> str:
    return f"{_io_error(event)} due to {event.reason}"


def _graphics(event: Any) -> str:
    ends = [
        f"{word(GRAPHICS_ADDRESSES, end.family)} {end.node} {end.service}"
        for end in (event.local, event.remote)
    ]
    return (
        f": {word(GRAPHICS_PHASES, event.phase)} local[{ends[0]}] remote[{ends[1]}] "
        f"{event.authScheme}"
        + "".join(f"\n\t{identity.type}={identity.name}" for identity in event.subject)
    )


def _block_job(event: Any) -> str:
    disk = getattr(event, event.fields[1])
    return f": {word(BLOCK_JOBS, event.type)} for {disk} {word(BLOCK_JOB_STATES, event.status)}"


def _disk_change(event: Any) -> str:
    return (
        f" disk {event.devAlias}: {_null(event.oldSrcPath)} -> {_null(event.newSrcPath)}: "
        f"{word(DISK_CHANGES, event.reason)}"
    )


def _null(text: str | None) -> str:
    return "<null>" if text is None else text


def _tray_change(event: Any) -> str:
    return f" disk {event.devAlias}: {word(TRAY_CHANGES, event.reason)}"


def _device(event: Any) -> str:
    return f": {event.devAlias}"


def _params(event: Any) -> str:
    lines = [":"]
    for name, value in event.params.items():
        kind = event.params.types[name]
        for each in value if isinstance(value, list) else (value,):
            text = f"{each:g}" if kind == "double" else int(each) if kind == "boolean" else each
            lines.append(f"\t{name}: {text}")
    return "\n".join(lines)


def _connected(event: Any) -> str:
    return (
        f" state: '{word(CONNECTED, event.state, 'unsupported value')}' "
        f"reason: '{word(CONNECTED_REASONS, event.reason, 'unsupported value')}'"
    )


def _metadata_change(event: Any) -> str:
    kind = word(METADATA, event.type, "unsupported value")
    return f": type {kind}, uri {_null(event.nsuri)}"


def _block_threshold(event: Any) -> str:
    return f": dev: {event.dev}({_null(event.path)}) {event.threshold} {event.excess}"


def _memory_failure(event: Any) -> str:
    required = bool(event.flags & DomainMemoryFailure.ACTION_REQUIRED)
    recursive = bool(event.flags & DomainMemoryFailure.RECURSIVE)
    return (
        f":\nrecipient: {word(FAILURE_RECIPIENTS, event.recipient, 'unsupported value')}"
        f"\naction: {word(FAILURE_ACTIONS, event.action, 'unsupported value')}"
        f"\nflags:\n\taction required: {required:d}\n\trecursive: {recursive:d}"
    )


TEXTS: dict[str, Callable[[Any], str]] = {
    "lifecycle": _lifecycle,
    "rtc-change": lambda event: f": {event.offset}",
    "watchdog": lambda event: f": {word(WATCHDOG, event.action)}",
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

FIELD_WORDS: dict[tuple[str, str], Sequence[str]] = {
    ("watchdog", "action"): WATCHDOG,
    ("io-error", "action"): IO_ERROR,
    ("io-error-reason", "action"): IO_ERROR,
    ("graphics", "phase"): GRAPHICS_PHASES,
    ("graphics", "family"): GRAPHICS_ADDRESSES,
    ("block-job", "type"): BLOCK_JOBS,
    ("block-job", "status"): BLOCK_JOB_STATES,
    ("block-job-2", "type"): BLOCK_JOBS,
    ("block-job-2", "status"): BLOCK_JOB_STATES,
    ("disk-change", "reason"): DISK_CHANGES,
    ("tray-change", "reason"): TRAY_CHANGES,
    ("agent-lifecycle", "state"): CONNECTED,
    ("agent-lifecycle", "reason"): CONNECTED_REASONS,
    ("channel-lifecycle", "state"): CONNECTED,
    ("channel-lifecycle", "reason"): CONNECTED_REASONS,
    ("metadata-change", "type"): METADATA,
    ("memory-failure", "recipient"): FAILURE_RECIPIENTS,
    ("memory-failure", "action"): FAILURE_ACTIONS,
}
"""By the event's word and the name of a field: the words for its numbers, in structured formats."""
