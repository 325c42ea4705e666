"""What every part of a domain shares: whether the running guest or its definition is meant."""

from vsh.words import Flags


class DomainModificationImpact(Flags, prefix="VIR_DOMAIN_AFFECT_"):
    """What a change or question is about: the running domain, its definition, or both."""

    CURRENT = 0
    LIVE = 1
    CONFIG = 2
