"""Values as a person reads them: which key is in which unit, and how each unit is shown.

Structured formats keep the raw numbers; what a key's number counts is said here and nowhere else.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ENDINGS = {"_bytes": "bytes", "_ns": "nanoseconds", "_seconds": "seconds"}
"""The unit of a key by how it ends."""

KEYS = {
    "allocation": "bytes",
    "available": "bytes",
    "capacity": "bytes",
    "physical": "bytes",
    "cpu_time": "nanoseconds",
    "system_time": "nanoseconds",
    "user_time": "nanoseconds",
}
"""Keys whose unit their ending does not say, or says otherwise."""


def human(key: str, value: Any, text: str) -> str:
    """A value of that key as a person reads it; ``text``, which scripts read, where it has no unit.

    Nothing to read is a dash.
    """
    if "nan" in text and "-nan" in text:
        return "-"
    if not isinstance(value, int) or isinstance(value, bool):
        return text
    unit = unit_of(key)
    if unit == "bytes":
        return size(value)
    if unit == "nanoseconds":
        return duration(value / 1e9)
    if unit == "seconds":
        return duration(value)
    return text


def unit_of(key: str) -> str | None:
    """What a key's number counts, or None where it is a number of things."""
    unit = KEYS.get(key)
    if unit is None:
        unit = next((ENDINGS[end] for end in ENDINGS if key.endswith(end)), None)
    return unit


def size(number: int) -> str:
    """A number of bytes as a person reads it: "8 GiB", "1.5 GiB", "0 B"."""
    value = float(number)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"):
        if round(abs(value)) < 1024 or unit == "EiB":
            break
        value /= 1024
    text = f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"
    return f"{text.removesuffix('.0')} {unit}"


def duration(seconds: float) -> str:
    """A time as a person reads it, in one unit, in two where the second matters: "4.5 s", "3 h",
    "1 d 4 h", "12 d"."""
    if seconds < 60:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = int(seconds)
    days, hours, minutes = whole // 86400, whole // 3600 % 24, whole // 60 % 60
    if days >= 7 or (days and not hours):
        return f"{days} d"
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min" if hours < 6 and minutes else f"{hours} h"
    return f"{minutes} min"


def moment(seconds: int, nanoseconds: int = 0) -> str:
    """Seconds since 1970, and nanoseconds, as RFC 3339 has them: "2026-11-27T10:47:02Z"; to the
    millisecond where there are nanoseconds."""
    from time import gmtime, strftime

    text = strftime("%Y-%m-%dT%H:%M:%S", gmtime(seconds))
    return f"{text}.{nanoseconds // 1000000:03d}Z" if nanoseconds else f"{text}Z"


def age(moment: float) -> str:
    """How long ago a time in seconds since 1970 was: "3 h ago", "12 d ago"."""
    from time import time

    return f"{duration(int(max(0, time() - moment)))} ago"
