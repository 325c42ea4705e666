"""Words of typed parameters, as libvirt numbers them."""

from vsh.words import Enumeration, Flags


class TypedParameterType(Enumeration, prefix="VIR_TYPED_PARAM_"):
    """Types of parameters; ``TypedParams.TYPES`` has their words."""

    INT = 1
    UINT = 2
    LLONG = 3
    ULLONG = 4
    DOUBLE = 5
    BOOLEAN = 6
    STRING = 7


class TypedParameterFlags(Flags, prefix="VIR_TYPED_PARAM_"):
    """What a call that answers with parameters may answer with."""

    STRING_OKAY = 4
