"""Rules that many calls share: who may make them, and which of their flags exclude each other."""

MODIFY = [
    "domain:write",
    "domain:save:!VIR_DOMAIN_AFFECT_CONFIG|VIR_DOMAIN_AFFECT_LIVE",
    "domain:save:VIR_DOMAIN_AFFECT_CONFIG",
]
"""Changing a domain: saving it, too, unless only the live domain is to change."""

LIVE_OR_CONFIG = [("DomainModificationImpact.LIVE", "DomainModificationImpact.CONFIG")]
RUNNING_OR_PAUSED = [("RUNNING", "PAUSED")]
ONE_DUMP = [("CRASH", "LIVE"), ("CRASH", "RESET"), ("LIVE", "RESET")]

NUMBERS = {
    "VIR_DOMAIN_AFFECT_CONFIG": 2,
    "VIR_DOMAIN_AFFECT_LIVE": 1,
    "VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE": 2,
    "VIR_DOMAIN_CHECKPOINT_XML_SECURE": 1,
    "VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT": 1,
    "VIR_DOMAIN_REBOOT_GUEST_AGENT": 2,
    "VIR_DOMAIN_SAVE_IMAGE_XML_SECURE": 1,
    "VIR_DOMAIN_SHUTDOWN_GUEST_AGENT": 2,
    "VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE": 64,
    "VIR_DOMAIN_SNAPSHOT_XML_SECURE": 1,
    "VIR_DOMAIN_VCPU_GUEST": 8,
    "VIR_DOMAIN_XML_MIGRATABLE": 8,
    "VIR_DOMAIN_XML_SECURE": 1,
    "VIR_NETWORK_UPDATE_AFFECT_CONFIG": 2,
    "VIR_NETWORK_UPDATE_AFFECT_LIVE": 1,
    "VIR_NODE_DEVICE_UPDATE_AFFECT_CONFIG": 2,
    "VIR_NODE_DEVICE_UPDATE_AFFECT_LIVE": 1,
}
"""What the words in access rules mean, without their whole vocabulary (a test compares)."""
