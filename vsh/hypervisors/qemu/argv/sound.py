"""Sound cards, and where their sound goes on the host."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.properties import given
from vsh.hypervisors.qemu.argv.virtio import virtio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.audio import Audio, Direction
    from vsh.xml.domain.devices.sound import Sound

_MODELS = {
    "es1370": "ES1370", "ac97": "AC97", "ich6": "intel-hda", "ich9": "ich9-intel-hda",
    "usb": "usb-audio", "sb16": "sb16", "virtio": "virtio-sound-pci",
}  # fmt: skip
SPEAKER_OF_BOARD = (7, 1, 0)  # from when on the PC speaker is told its back end as one of the board
_PIPEWIRE = ("PIPEWIRE_CORE", "PIPEWIRE_REMOTE")
_PIPEWIRE_FOLDERS = ("PIPEWIRE_RUNTIME_DIR", "XDG_RUNTIME_DIR", "USERPROFILE")  # the first counts
_STREAMS = 2  # of a virtio card
_CODECS = {"duplex": "hda-duplex", "micro": "hda-micro", "output": "hda-output"}
_DRIVERS = {"pulseaudio": "pa", "file": "wav"}


def audio_name(line: Line, number: int | None) -> str:
    """The name of a back end: the first, where none is given."""
    audios = line.domain.audios
    for audio in audios:
        if number is None or audio.id == number:
            return f"audio{audio.id}"
    raise InternalError("unable to find audio backend for sound device")


def add_audios(line: Line) -> None:
    """Where sound goes."""
    for audio in line.domain.audios:
        line.json("-audiodev", _audio(audio))


def sound_environment(domain: Domain) -> list[tuple[str, str]]:
    """What the libraries that sound goes through take from the environment."""
    import os

    found: list[tuple[str, str]] = []
    for audio in domain.audios:
        if audio.type == "sdl" and audio.driver:
            found.append(("SDL_AUDIODRIVER", audio.driver))
        elif audio.type == "pipewire":
            names = [name for name in _PIPEWIRE if name in os.environ]
            folders = [name for name in _PIPEWIRE_FOLDERS if name in os.environ]
            if audio.runtime_dir:
                found.append(("PIPEWIRE_RUNTIME_DIR", audio.runtime_dir))
                folders = []
            found += [(name, os.environ[name]) for name in (*names, *folders[:1])]
    return found


def _audio(audio: Audio) -> Properties:
    found: Properties = {
        "id": f"audio{audio.id}",
        "driver": _DRIVERS.get(str(audio.type), audio.type),
        "timer-period": audio.timer_period,
    }
    if audio.type == "oss":
        found |= {
            "try-mmap": audio.try_mmap, "exclusive": audio.exclusive,
            "dsp-policy": audio.dsp_policy,
        }  # fmt: skip
    elif audio.type == "pulseaudio":
        found["server"] = audio.server_name
    elif audio.type == "file":
        found["path"] = audio.path
    for name, side in (("in", audio.input), ("out", audio.output)):
        if side is not None:
            found[name] = given(_direction(str(audio.type), side)) or None
    return found


def _direction(kind: str, side: Direction) -> Properties:
    found: Properties = {
        "mixing-engine": side.mixing_engine,
        "fixed-settings": side.fixed_settings,
        "voices": side.voices,
        "buffer-length": side.buffer_length,
    }
    if side.fixed_settings:
        found |= {
            "frequency": side.frequency, "channels": side.channels, "format": side.format,
        }  # fmt: skip
    if kind in ("alsa", "oss"):
        found["dev"] = side.dev
    if kind in ("coreaudio", "oss", "sdl"):
        found["buffer-count"] = side.buffer_count
    if kind == "oss":
        found["try-poll"] = side.try_poll
    elif kind == "jack":
        found |= {
            "server-name": side.server_name, "client-name": side.client_name,
            "connect-ports": side.connect_ports, "exact-name": side.exact_name,
        }  # fmt: skip
    elif kind in ("pulseaudio", "pipewire"):
        found |= {"name": side.name, "stream-name": side.stream_name, "latency": side.latency}
    return found


def add_sounds(line: Line) -> None:
    """All sound cards."""
    for sound in line.domain.sounds:
        if sound.model != "pcspk":
            add_sound(line, sound)
        elif line.can.version < SPEAKER_OF_BOARD:
            line.add("-soundhw", "pcspk")


def add_sound(line: Line, sound: Sound) -> None:
    """One card, with what makes and takes sounds on an Intel bus."""
    driver = _MODELS.get(str(sound.model))
    if driver is None or (sound.model == "virtio" and not line.can.has(driver)):
        raise line.unhandled(f"<sound> of model '{sound.model}'")
    alias = line.alias(sound)
    bus = sound.model in ("ich6", "ich9")
    line.zpci(sound)
    found: Properties = {"driver": driver}
    if sound.model == "virtio":
        found = virtio(line, sound, "virtio-sound")
    line.device({
        **found, "id": alias,
        "audiodev": None if bus else audio_name(line, sound.audio),
        "multi": sound.multichannel,
        "streams": (sound.streams or _STREAMS) if sound.model == "virtio" else None,
        **address_of(line, sound),
    })  # fmt: skip
    kinds = [str(codec.type) for codec in sound.codecs] or ["duplex"]
    for number, kind in enumerate(kinds if bus else ()):
        line.device({
            "driver": _CODECS[kind], "id": f"{alias}-codec{number}", "bus": f"{alias}.0",
            "cad": number, "audiodev": audio_name(line, sound.audio),
        })  # fmt: skip
