"""What is said of a guest whose behaviour is unlike that of others (virDomainTaintFlags)."""

from __future__ import annotations

(
    CUSTOM_ARGUMENTS, CUSTOM_MONITOR, HIGH_PRIVILEGES, SHELL_SCRIPTS, DISK_PROBING,
    EXTERNAL_LAUNCH, HOST_CPU, HOOK, CDROM_PASSTHROUGH, CUSTOM_DTB, CUSTOM_AGENT,
    HYPERVISOR_FEATURE, DEPRECATED, CUSTOM_DEVICE, NBDKIT_RESTART,
) = range(15)  # fmt: skip

TEXTS = (
    "custom configuration parameters specified",
    "custom monitor control commands issued",
    "running with undesirable elevated privileges",
    "network configuration using opaque shell scripts",
    "potentially unsafe disk format probing",
    "managing externally launched configuration",
    "potentially unsafe use of host CPU passthrough",
    "configuration potentially modified by hook script",
    "use of host cdrom passthrough",
    "custom device tree blob used",
    "custom guest agent control commands issued",
    "hypervisor feature autodetection override",
    "use of deprecated configuration settings",
    "custom device configuration",
    "nbdkit restart failed",
)
"""The texts, by the number of the flag."""
