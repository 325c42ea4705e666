"""JSON that goes to and comes from QEMU and the guest's agent, printed as libvirt prints it."""

from __future__ import annotations

from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NOTHING = object()


def parsed(text: str) -> Any:
    """The value of a text; ``NOTHING`` where it is no JSON."""
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return NOTHING


def formatted(value: object, *, pretty: bool) -> str:
    """A value as text, on one line or for people."""
    import json

    try:
        if pretty:
            return json.dumps(value, indent=2, ensure_ascii=False)
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        raise CommandError("the answer is nested too deeply to be laid out") from None
