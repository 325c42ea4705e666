"""<clock>: what the guest's clock shows, and its timers."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Text
from vsh.xml.engine.flags import CLOCK_ADJUST
from vsh.xml.engine.node import MERGED
from vsh.xml.engine.structure import Children
from vsh.xml.engine.text import LONG_MAX, LONG_MIN, ULONG_MAX, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

OFFSETS = ("utc", "localtime", "variable", "timezone", "absolute")
TIMERS = ("platform", "pit", "rtc", "hpet", "tsc", "kvmclock", "hypervclock", "armvtimer")


class Timer(Element, tag="timer"):
    """One timer of the guest."""

    name = Choice[str]("@name", TIMERS, required=True)
    present = Flag("@present")
    tickpolicy = Choice("@tickpolicy", ("delay", "catchup", "merge", "discard"))
    track = Choice("@track", ("boot", "guest", "wall", "realtime"))
    frequency = Int("@frequency", 0, ULONG_MAX, skip=0, when=lambda t: t.name == "tsc")
    mode = Choice(
        "@mode",
        ("auto", "native", "emulate", "paravirt", "smpsafe"),
        when=lambda t: t.name == "tsc",
    )
    threshold = Int("catchup/@threshold", 0, ULONG_MAX, skip=0)
    slew = Int("catchup/@slew", 0, ULONG_MAX, skip=0)
    limit = Int("catchup/@limit", 0, ULONG_MAX, skip=0)

    def complete(self) -> Iterable[Error]:
        """Problems that libvirt finds after reading."""
        if self.name in ("kvmclock", "hypervclock") and self.tickpolicy:
            yield ConfigUnsupported(
                f"timer {self.name} doesn't support setting of timer tickpolicy"
            )
        if self.tickpolicy != "catchup" and (self.threshold or self.slew or self.limit):
            yield XmlError(
                "setting of timer catchup policies is only supported with tickpolicy='catchup'"
            )
        if self.name != "tsc":
            if self.frequency:
                yield ConfigUnsupported(
                    f"timer {self.name} doesn't support setting of timer frequency"
                )
            if self.mode:
                yield ConfigUnsupported(f"timer {self.name} doesn't support setting of timer mode")
        if self.name not in ("platform", "rtc") and self.track:
            yield ConfigUnsupported(f"timer {self.name} doesn't support setting of timer track")


class Clock(Element, tag="clock"):
    """The guest's clock."""

    repeated = MERGED
    in_parts = True

    offset = Choice[str](
        "@offset",
        OFFSETS,
        none="",
        default="utc",
        wrong=(ConfigUnsupported, "unknown clock offset '{}'"),
        needed=True,
    )
    adjustment = Text("@adjustment")
    basis = Choice(
        "@basis",
        ("utc", "localtime"),
        none="",
        wrong=(ConfigUnsupported, "unknown clock basis '{}'"),
    )
    adjustment0 = Text("@adjustment0")
    timezone = Text("@timezone")
    start = Text("@start")
    timers = Children(Timer, "timer")

    def parsed(self, reading: Reading) -> Found:
        self.offset = kind = self.offset or "utc"
        if kind in ("utc", "localtime"):
            self.drop("basis", "adjustment0", "timezone", "start")
            self.adjustment = text = self.adjustment or None
            if text and text != "reset":
                value = _long(text)
                if value is None:
                    yield XmlError(f"unknown clock adjustment '{text}'")
                self.adjustment, self.basis, self.offset = str(value), kind, "variable"
        elif kind == "variable":
            self.drop("timezone", "start")
            self.adjustment = str(_long(self.adjustment) or 0)
            self.adjustment0 = str(_long(self.adjustment0) or 0)
            self.basis = self.basis or "utc"
        elif kind == "timezone":
            self.drop("adjustment", "basis", "adjustment0", "start")
            if not self.timezone:
                yield InternalError("missing 'timezone' attribute for clock with offset='timezone'")
        elif kind == "absolute":
            self.drop("adjustment", "basis", "adjustment0", "timezone")
            start = _long(self.start)
            if start is None or start < 0:
                yield InternalError("missing 'start' attribute for clock with offset='absolute'")
            else:
                self.start = str(start)

    def view(self, flags: int) -> Clock:
        """Without what only a running guest's own file has."""
        if self.adjustment0 is None or (flags & CLOCK_ADJUST and self.adjustment0 != "0"):
            return self
        import copy

        twin = copy.copy(self)
        twin.adjustment0 = None
        return twin


def _long(text: str | None) -> int | None:
    try:
        value = number(text or "x")
    except ValueError:
        return None
    return value if LONG_MIN <= value <= LONG_MAX * 2 + 1 else None
