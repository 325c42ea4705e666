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
