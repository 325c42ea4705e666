"""What every part of a domain shares: whether the running guest or its definition is meant."""


class DomainModificationImpact:
    """What a change or question is about: the running domain, its definition, or both."""

    prefix = "VIR_DOMAIN_AFFECT_"
    CURRENT = 0
    LIVE = 1
    CONFIG = 2
