"""Where virsh completes an option otherwise than vsh does; ``complete`` answers as virsh."""

from __future__ import annotations

TYPE_CHECKING = False

OTHERS: dict[str, object] = {}
"""``command option`` to a completer; None offers the other options, ``()`` nothing."""
