"""Sizes as LXC writes them."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.conf import whole

TYPE_CHECKING = False


def convert_size(text: str) -> int:
    """A size in bytes; a unit may stand behind the number."""
    from vsh.errors import Error
    from vsh.xml.engine.values import scale

    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    unit = text[len(digits) :]
    if digits and unit == "%":
        raise InternalError(f"can't convert relative size: '{text}'")
    wrong = InternalError(f"failed to convert size: '{text}'")
    if whole(digits) is None:
        raise wrong
    try:
        return scale(whole(digits) or 0, unit, 1)
    except Error:
        raise wrong from None
