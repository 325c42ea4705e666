"""A driver of a test's own: a method for each call that it answers, named like the call's slot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vsh.drivers.driver import Driver
from vsh.errors import NoSupport

if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api._call import Call


class SlotDriver(Driver):
    """Answers without parts."""

    def method(self, call: Call) -> Callable[..., Any]:
        found = getattr(self, call.slot, None)
        if found is None:
            raise NoSupport(call.api)
        method: Callable[..., Any] = found
        return method
