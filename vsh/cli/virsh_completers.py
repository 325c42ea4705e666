"""Where virsh completes an option otherwise than vsh does; ``complete`` answers as virsh."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OTHERS: dict[str, Any] = {}
"""``command option`` to a completer; None offers the other options, ``()`` nothing."""
