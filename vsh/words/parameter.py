"""Words of typed parameters, as libvirt numbers them."""


class TypedParameterType:
    """Types of parameters; ``TypedParams.TYPES`` has their words."""

    prefix = "VIR_TYPED_PARAM_"
    INT = 1
    UINT = 2
    LLONG = 3
    ULLONG = 4
    DOUBLE = 5
    BOOLEAN = 6
    STRING = 7
