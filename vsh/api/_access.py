"""Rules that many calls share: who may make them, and which of their flags exclude each other."""

MODIFY = [
    "domain:write",
    "domain:save:!VIR_DOMAIN_AFFECT_CONFIG|VIR_DOMAIN_AFFECT_LIVE",
    "domain:save:VIR_DOMAIN_AFFECT_CONFIG",
]
"""Changing a domain: saving it, too, unless only the live domain is to change."""

LIVE_OR_CONFIG = [(1, "VIR_DOMAIN_AFFECT_LIVE", 2, "VIR_DOMAIN_AFFECT_CONFIG")]
RUNNING_OR_PAUSED = [(2, "VIR_DOMAIN_SAVE_RUNNING", 4, "VIR_DOMAIN_SAVE_PAUSED")]
ONE_DUMP = [
    (1, "VIR_DUMP_CRASH", 2, "VIR_DUMP_LIVE"),
    (1, "VIR_DUMP_CRASH", 8, "VIR_DUMP_RESET"),
    (2, "VIR_DUMP_LIVE", 8, "VIR_DUMP_RESET"),
]
