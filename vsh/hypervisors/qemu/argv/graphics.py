"""Displays: VNC, SPICE, windows of the host, and those without a screen."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.block import add_secret
from vsh.hypervisors.qemu.argv.properties import escape, on_off
from vsh.hypervisors.qemu.argv.sound import audio_name
from vsh.hypervisors.qemu.machine import is_dated, is_modern
from vsh.xml.shared.encryption import SecretReference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.domain.devices.graphics import Graphics, Listen

_CHANNELS = (
    "main", "display", "inputs", "cursor", "playback", "record", "smartcard", "usbredir",
)  # fmt: skip


def add_graphics(line: Line) -> None:
    """All displays.  Raises ConfigUnsupported where QEMU has one of a kind only."""
    kinds = [str(graphics.type) for graphics in line.domain.graphics]
    if len(set(kinds)) < len(kinds):
        older = is_dated(line.domain.os.machine or "") and not is_modern(line.domain)
        known = f"sdl, vnc, spice, headless, dbus{'' if older else ', rdp'}"
        raise ConfigUnsupported(f"only 1 graphics device of each type ({known}) is supported")
    for graphics in line.domain.graphics:
        make = _MAKERS.get(str(graphics.type))
        if make is None:
            raise line.unhandled(f"<graphics> of type '{graphics.type}'")
        make(line, graphics)
    for graphics in line.domain.graphics:
        if graphics.type == "rdp":  # which wants the bus
            line.host.rdp(line.domain, graphics)


def _listen(graphics: Graphics) -> Listen:
    if not graphics.listens:
        raise InternalError("missing listen element")
    listen: Listen = graphics.listens[0]
    return listen


def _sdl(line: Line, graphics: Graphics) -> None:
    if graphics.fullscreen:
        line.add("-full-screen")
    gl = "" if graphics.gl is None else f",gl={on_off(graphics.gl)}"
    line.add("-display", f"sdl{gl}")


def _vnc(line: Line, graphics: Graphics) -> None:
    line.add("-vnc", ",".join(_vnc_words(line, graphics)))
    if graphics.keymap:
        line.add("-k", graphics.keymap)


def _vnc_words(line: Line, graphics: Graphics) -> Iterator[str]:
    listen = _listen(graphics)
    if listen.type == "socket":
        path = listen.socket or f"{line.folder}/vnc.sock"
        yield f"vnc=unix:{escape(path)}"
    elif listen.type == "none":
        yield "none"
    else:
        port = line.host.port(graphics)
        if not graphics.autoport and not 5900 <= int(graphics.port or 0) <= 65535:
            raise ConfigUnsupported("vnc port must be in range [5900,65535]")
        address = listen.address or line.host.vnc_listen or ""
        yield f"[{address}]:{port - 5900}" if ":" in address else f"{address}:{port - 5900}"
        websocket = line.host.websocket(graphics)
        if websocket:
            yield f"websocket={websocket}"
    if graphics.share_policy:
        yield f"share={graphics.share_policy}"
    if graphics.passwd is not None or line.host.vnc_password:
        yield "password=on"
    if line.host.vnc_certificates is not None:
        yield f"tls-creds={_encryption(line, line.host.vnc_certificates)}"
    if line.host.vnc_sasl:
        yield "sasl=on"
    if graphics.power_control is not None:
        yield f"power-control={on_off(graphics.power_control)}"
    yield f"audiodev={audio_name(line, graphics.audio)}"


def _encryption(line: Line, folder: str) -> str:
    """What QEMU encrypts VNC with; gives its name."""
    name, secret, uuid = "vnc-tls-creds0", None, line.host.vnc_secret
    if uuid is not None:
        secret = f"{name}-secret0"
        add_secret(line, secret, SecretReference(type="tls", uuid=uuid))
    line.add_object("tls-creds-x509", name, {
        "dir": folder, "endpoint": "server", "verify-peer": line.host.vnc_verify,
        "passwordid": secret,
    })  # fmt: skip
    return name


def _spice(line: Line, graphics: Graphics) -> None:
    line.add("-spice", ",".join(_spice_words(line, graphics)))
    if graphics.keymap:
        line.add("-k", graphics.keymap)


def _spice_ports(line: Line, graphics: Graphics) -> tuple[int, int]:
    """The plain port and that with encryption; which are found now is what channels need."""
    port, tls = int(graphics.port or 0), graphics.tls_port or 0
    modes = [channel.mode for channel in graphics.channels]
    mode = graphics.default_mode or "any"
    wants_tls = mode == "secure" or "secure" in modes or (mode == "any" and line.host.spice_tls)
    wants_plain = mode in ("insecure", "any") or "insecure" in modes
    if (graphics.autoport and wants_plain) or port == -1:
        port = line.host.port(graphics)
    if (graphics.autoport and wants_tls) or tls == -1:
        if not line.host.spice_tls:
            raise ConfigUnsupported(
                "Auto allocation of spice TLS port requested but spice TLS is disabled in qemu.conf"
            )
        tls = port + 1
    return port, tls


def refuse_encryption(graphics: Graphics) -> None:
    """Raise ConfigUnsupported for a display that is to be encrypted, where the driver does not."""
    if (
        graphics.type == "spice"
        and (graphics.tls_port or 0) > 0
        and _listen(graphics).type in ("address", "network")
    ):
        raise ConfigUnsupported(
            "spice TLS port set in XML configuration, but TLS is disabled in qemu.conf"
        )


def _spice_words(line: Line, graphics: Graphics) -> Iterator[str]:
    listen = _listen(graphics)
    secure = insecure = False
    if listen.type == "socket":
        path = listen.socket or f"{line.folder}/spice.sock"
        yield f"unix{'=on' if line.domain.newest else ''},addr={escape(path)}"
        insecure = True
    elif listen.type == "none":
        yield "port=0"
        insecure = True
    else:
        if not line.host.spice_tls:
            refuse_encryption(graphics)
        port, tls = _spice_ports(line, graphics)
        insecure, secure = port > 0, tls > 0
        if insecure:
            yield f"port={port}"
        if secure:
            yield f"tls-port={tls}"
        address = listen.address or line.host.spice_listen
        if (insecure or secure) and address:
            yield f"addr={address}"
    if line.host.spice_sasl:
        yield "sasl=on"
    if graphics.mouse:
        yield f"agent-mouse={on_off(graphics.mouse == 'client')}"
    if not graphics.passwd and not line.host.spice_password:
        yield "disable-ticketing=on"
    if secure:
        yield f"x509-dir={escape(line.host.spice_certificates)}"
    if graphics.default_mode == "secure":
        if not secure:
            raise ConfigUnsupported(
                "spice defaultMode secure requested in XML configuration, but TLS connection is "
                "not available"
            )
        yield "tls-channel=default"
    elif graphics.default_mode == "insecure":
        if not insecure:
            raise ConfigUnsupported(
                "spice defaultMode insecure requested in XML configuration, but plaintext "
                "connection is not available"
            )
        yield "plaintext-channel=default"
    yield from _spice_channels(graphics, secure, insecure)
    yield from _spice_rest(line, graphics)


def _spice_channels(graphics: Graphics, secure: bool, insecure: bool) -> Iterator[str]:
    modes = {channel.name: channel.mode for channel in graphics.channels}
    for name in _CHANNELS:
        mode = modes.get(name)
        if mode == "secure":
            if not secure:
                raise ConfigUnsupported(
                    "spice secure channels set in XML configuration, but TLS connection is not "
                    "available"
                )
            yield f"tls-channel={name}"
        elif mode == "insecure":
            if not insecure:
                raise ConfigUnsupported(
                    "spice insecure channels set in XML configuration, but plaintext connection "
                    "is not available"
                )
            yield f"plaintext-channel={name}"


def _spice_rest(line: Line, graphics: Graphics) -> Iterator[str]:
    for word, value in (
        ("image-compression", graphics.image), ("jpeg-wan-compression", graphics.jpeg),
        ("zlib-glz-wan-compression", graphics.zlib),
    ):  # fmt: skip
        if value:
            yield f"{word}={value}"
    if graphics.playback is not None:
        yield f"playback-compression={on_off(graphics.playback)}"
    if graphics.streaming:
        yield f"streaming-video={graphics.streaming}"
    if graphics.clipboard is False:
        yield "disable-copy-paste=on"
    if graphics.filetransfer is False:
        yield "disable-agent-file-xfer=on"
    if graphics.gl:
        yield "gl=on"
        node = graphics.rendernode
        if node is None and line.can.option("spice", "rendernode"):
            node = line.host.render_node
        if node:
            yield f"rendernode={escape(node)}"
    yield "seamless-migration=on"


def _headless(line: Line, graphics: Graphics) -> None:
    node = graphics.rendernode
    path = "query-display-options/ret-type/+egl-headless/rendernode"
    if node is None and line.can.command(path):
        node = line.host.render_node
    line.add("-display", "egl-headless" + (f",rendernode={escape(node)}" if node else ""))


def _dbus(line: Line, graphics: Graphics) -> None:
    words = ["dbus"]
    words.append(
        "p2p=on" if graphics.p2p else f"addr={escape(line.host.bus(line.domain, graphics))}"
    )
    if graphics.gl is not None:
        words.append(f"gl={on_off(graphics.gl)}")
    node = graphics.rendernode or (line.host.render_node if graphics.gl else None)
    if node:
        words.append(f"rendernode={escape(node)}")
    if graphics.audio:
        words.append(f"audiodev={audio_name(line, graphics.audio)}")
    line.add("-display", ",".join(words))


def _rdp(line: Line, graphics: Graphics) -> None:
    """A program beside QEMU is this display."""
    if not is_modern(line.domain):
        raise line.unhandled("<graphics> of type 'rdp'")


_MAKERS = {
    "sdl": _sdl, "vnc": _vnc, "spice": _spice, "egl-headless": _headless, "dbus": _dbus,
    "rdp": _rdp,
}  # fmt: skip
