"""<audio>: what the guest's sound comes out of."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Field, Flag, Int, Present, Text
from vsh.xml.engine.structure import Child
from vsh.xml.engine.text import INT_MAX, INT_MIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


TYPES = (
    "none", "alsa", "coreaudio", "jack", "oss", "pulseaudio", "sdl", "spice", "file", "dbus",
    "pipewire",
)  # fmt: skip
SAMPLES = ("u8", "s8", "u16", "s16", "u32", "s32", "f32")

_USED = {
    "alsa": ("dev",),
    "coreaudio": ("buffer_count",),
    "jack": ("server_name", "client_name", "connect_ports", "exact_name"),
    "oss": ("dev", "buffer_count", "try_poll"),
    "pulseaudio": ("name", "stream_name", "latency"),
    "sdl": ("buffer_count",),
    "pipewire": ("name", "stream_name", "latency"),
}
_OWN = {
    "oss": ("try_mmap", "exclusive", "dsp_policy"),
    "pulseaudio": ("server_name",),
    "sdl": ("driver",),
    "file": ("path",),
    "pipewire": ("runtime_dir",),
}


class Direction(Element):
    """Sound in one direction."""

    omit_empty = True

    mixing_engine = Flag("@mixingEngine")
    fixed_settings = Flag("@fixedSettings")
    voices = Int("@voices", nonzero=True)
    buffer_length = Int("@bufferLength", nonzero=True)
    server_name = Text("@serverName")
    client_name = Text("@clientName")
    connect_ports = Text("@connectPorts")
    exact_name = Flag("@exactName")
    dev = Text("@dev")
    name = Text("@name")
    stream_name = Text("@streamName")
    latency = Int("@latency", nonzero=True)
    buffer_count = Int("@bufferCount", skip=0)
    try_poll = Flag("@tryPoll")
    settings = Present("settings")
    frequency = Int("settings/@frequency", nonzero=True)
    channels = Int("settings/@channels", nonzero=True)
    format: Field = Choice("settings/@format", SAMPLES)

    def parsed(self, reading: Reading) -> Found:
        if self.fixed_settings and not self.mixing_engine:
            yield ConfigUnsupported("fixed audio settings requires mixing engine")
        elif self.settings and not self.fixed_settings:
            yield ConfigUnsupported("audio settings specified without fixed settings flag")

    def settle(self, kind: str) -> None:
        """Keep what counts for a kind of backend."""
        common = ("mixing_engine", "fixed_settings", "voices", "buffer_length", "settings",
                  "frequency", "channels", "format")  # fmt: skip
        for name in self.fields:
            if name not in common and name not in _USED.get(kind, ()):
                self.drop(name)
        if self.fixed_settings:
            self.settings = True
        else:
            self.drop("frequency", "channels", "format")
            self.settings = False


class SoundInput(Direction, tag="input"):
    """Sound from the host to the guest."""


class SoundOutput(Direction, tag="output"):
    """Sound from the guest to the host."""


class Audio(Element, tag="audio"):
    """One audio backend of a domain."""

    id = Int[int]("@id", required=True, nonzero=True, after="type")
    type = Choice[str]("@type", TYPES, required=True)
    timer_period = Int("@timerPeriod", nonzero=True)
    try_mmap = Flag("@tryMMap")
    exclusive = Flag("@exclusive")
    dsp_policy = Int("@dspPolicy", INT_MIN, INT_MAX)
    server_name = Text("@serverName")
    driver = Choice("@driver", ("esd", "alsa", "arts", "pulseaudio"))
    path = Text("@path")
    runtime_dir = Text("@runtimeDir")
    input = Child(SoundInput, "input")
    output = Child(SoundOutput, "output")

    def parsed(self, reading: Reading) -> Found:
        kind = str(self.type)
        for name in ("try_mmap", "exclusive", "dsp_policy", "server_name", "driver", "path",
                     "runtime_dir"):  # fmt: skip
            if name not in _OWN.get(kind, ()):
                self.drop(name)
        if self.dsp_policy is not None and self.dsp_policy < 0:
            yield "dsp_policy", XmlError(f"cannot parse 'dspPolicy' value '{self.dsp_policy}'")
        for direction in (self.input, self.output):
            if direction is not None:
                direction.settle(kind)
