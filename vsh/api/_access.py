"""Access rules that many calls share."""

MODIFY = [
    "domain:write",
    "domain:save:!VIR_DOMAIN_AFFECT_CONFIG|VIR_DOMAIN_AFFECT_LIVE",
    "domain:save:VIR_DOMAIN_AFFECT_CONFIG",
]
"""Changing a domain: saving it, too, unless only the live domain is to change."""
