"""The guest's clock and timers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line

_TRACKS = {"guest": "vm", "wall": "host", "realtime": "rt"}


def add_clock(line: Line) -> None:
    """Where the clock starts, what it follows, and how lost ticks are made up for."""
    clock = line.domain.clock
    words = [_base(line)]
    for timer in clock.timers:
        if timer.name == "rtc":
            if timer.track in _TRACKS:
                words.append(f"clock={_TRACKS[timer.track]}")
            if timer.tickpolicy == "catchup":
                words.append("driftfix=slew")
    line.add("-rtc", ",".join(words))
    policy = line.can.has_property("kvm-pit", "lost_tick_policy")
    for timer in clock.timers:
        if timer.name == "pit" and policy and timer.tickpolicy in (None, "delay", "discard"):
            line.add("-global", f"kvm-pit.lost_tick_policy={timer.tickpolicy or 'delay'}")
        elif timer.name == "hpet" and timer.present is False and _no_hpet(line):
            line.add("-no-hpet")


def _no_hpet(line: Line) -> bool:
    """Whether the HPET is switched off by an option of its own, and not with the board."""
    return line.can.arch in ("x86_64", "i386") and not line.can.option("machine", "hpet")


def _base(line: Line) -> str:
    clock = line.domain.clock
    offset = clock.offset
    if offset == "utc":
        return "base=utc"
    if offset in ("localtime", "timezone"):
        return "base=localtime"
    import time

    seconds = int(clock.start or 0)
    if offset == "variable":
        now = line.host.now()
        seconds = now + int(clock.adjustment or 0)
        if clock.basis == "localtime":
            seconds += time.localtime(now).tm_gmtoff
    return f"base={time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}"


def deprecations(line: Line) -> None:
    """What QEMU is to do about what it calls deprecated, where something says so."""
    words = {"omit": None, "reject": "reject", "crash": "crash"}
    behavior = line.overrides.deprecation or line.host.deprecation
    if behavior in words and line.json_object:
        line.json("-compat", {"deprecated-output": "hide", "deprecated-input": words[behavior]})
