"""What a character device leads to, in the words of -chardev and of QMP."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.argv.properties import escape, given, on_off

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain.devices.chardev import CharSource

_PLAIN = ("null", "vc", "pty", "stdio")


class Backend:
    """What a character device leads to.

    kind      its type, in a document's words
    name      QEMU's name for it
    protocol  of TCP: ``raw`` or ``telnet``
    wait      whether a listening socket waits for the first client
    passed    whether a socket or file may be opened by the driver and handed over
    millis    whether QEMU takes the time until it connects again in milliseconds
    """

    def __init__(
        self,
        kind: str | None,
        name: str,
        sources: list[CharSource] | None = None,
        *,
        protocol: str | None = None,
        log: tuple[str | None, bool | None] = (None, None),
        path: str | None = None,
        channel: str | None = None,
        wait: bool = False,
        passed: bool = True,
    ) -> None:
        from vsh.xml.domain.devices.chardev import CharSource

        self.kind = kind
        self.name = name
        self.sources = sources or []
        self.source = self.sources[0] if self.sources else CharSource()
        self.protocol = protocol
        self.log_file, self.log_append = log
        self.append = self.source.append
        self.path = path if path is not None else self.source.path
        self.channel = channel
        self.wait = wait
        self.passed = passed
        self.descriptor: str | None = None
        self.millis = False


def as_words(backend: Backend, *, tls: bool) -> str:
    """The back end as a word of a command line."""
    return ",".join(_words(backend, tls))


def as_command(backend: Backend, *, tls: bool) -> Properties:
    """The back end as the arguments of chardev-add.  Raises ConfigUnsupported."""
    kind, data = _data(backend, tls)
    if backend.log_file is not None:
        data["logfile"] = backend.log_file
        data["logappend"] = backend.log_append
    return {"id": backend.name, "backend": {"type": kind, "data": given(data)}}


def _data(backend: Backend, tls: bool) -> tuple[str, Properties]:
    kind, source, path = str(backend.kind), backend.source, backend.path
    if kind in _PLAIN:
        return kind, {}
    if kind == "dev":
        word = "parallel" if backend.name.startswith("charparallel") else "serial"
        return word, {"device": path}
    if kind == "file":
        return kind, {"out": path, "append": backend.append}
    if kind == "pipe":
        return kind, {"device": path}
    if kind == "udp":
        there = next((s for s in backend.sources if s.mode == "connect"), None)
        here = next((s for s in backend.sources if s.mode == "bind"), None)
        found: Properties = {"remote": _address(there)}
        if here is not None:
            found["local"] = _address(here)
        return kind, found
    if kind == "tcp":
        found = {"addr": _address(source), "telnet": backend.protocol == "telnet"}
        if tls:
            found["tls-creds"] = f"obj{backend.name}_tls0"
        return "socket", {**found, **_listening(backend)}
    if kind == "unix":
        where: Properties = {"type": "unix", "data": {"path": path}}
        if backend.descriptor is not None:
            where = {"type": "fd", "data": {"str": backend.descriptor}}
        return "socket", {"addr": where, **_listening(backend)}
    if kind == "spicevmc":
        return kind, {"type": backend.channel or "vdagent"}
    if kind == "spiceport":
        return kind, {"fqdn": source.channel}
    if kind == "dbus":
        return kind, {"name": source.channel}
    if kind == "qemu-vdagent":
        mouse = None if source.mouse is None else source.mouse == "client"
        return kind, {"clipboard": source.clipboard, "mouse": mouse}
    raise ConfigUnsupported(f"unsupported chardev '{kind}'")


def _address(source: CharSource | None) -> Properties:
    host = (source.host if source is not None else None) or ""
    port = str((source.service if source is not None else None) or "0")
    return {"type": "inet", "data": {"host": host, "port": port}}


def _listening(backend: Backend) -> Properties:
    source = backend.source
    found: Properties = {"server": source.mode == "bind"}
    if source.mode == "bind":
        found["wait"] = backend.wait
    return {**found, **_again(backend)}


def _again(backend: Backend) -> dict[str, int]:
    """After what time QEMU connects again to what it has lost; 0: never."""
    reconnect = backend.source.reconnect
    if reconnect is None or reconnect.enabled is None:
        return {}
    seconds = int(reconnect.timeout or 0) if reconnect.enabled else 0
    return {"reconnect-ms": 1000 * seconds} if backend.millis else {"reconnect": seconds}


def _words(backend: Backend, tls: bool) -> Iterator[str]:
    kind, name, source = backend.kind, backend.name, backend.source
    path = escape(backend.path or "")
    if kind in _PLAIN:
        yield f"{kind},id={name}"
    elif kind == "dev":
        yield f"{'parallel' if name.startswith('charparallel') else 'serial'},id={name},path={path}"
    elif kind == "file":
        yield f"file,id={name},path={path}"
        if backend.append is not None:
            yield f"append={on_off(backend.append)}"
    elif kind == "pipe":
        yield f"pipe,id={name},path={path}"
    elif kind == "udp":
        yield _udp(backend)
    elif kind == "tcp":
        yield f"socket,id={name},host={source.host},port={source.service}"
        if backend.protocol == "telnet":
            yield "telnet=on"
        yield from _socket(backend)
        if tls:
            yield f"tls-creds=obj{name}_tls0"
    elif kind == "unix":
        where = f"path={path}" if backend.descriptor is None else f"fd={backend.descriptor}"
        yield f"socket,id={name},{where}"
        yield from _socket(backend)
    elif kind == "spicevmc":
        yield f"spicevmc,id={name},name={backend.channel or 'vdagent'}"
    elif kind in ("spiceport", "dbus"):
        yield f"{kind},id={name},name={source.channel}"
    elif kind == "qemu-vdagent":
        yield f"qemu-vdagent,id={name},name=vdagent"
        if source.clipboard is not None:
            yield f"clipboard={on_off(source.clipboard)}"
        if source.mouse is not None:
            yield f"mouse={on_off(source.mouse == 'client')}"
    else:
        raise ConfigUnsupported(f"unsupported chardev '{kind}'")
    if backend.log_file is not None:
        yield f"logfile={escape(backend.log_file)}"
        if backend.log_append is not None:
            yield f"logappend={on_off(backend.log_append)}"


def _udp(backend: Backend) -> str:
    there = next((s for s in backend.sources if s.mode == "connect"), None)
    here = next((s for s in backend.sources if s.mode == "bind"), None)
    host = (there.host if there is not None else None) or ""
    port = there.service if there is not None else ""
    local = (here.host if here is not None else None) or ""
    local_port = (here.service if here is not None else None) or "0"
    return f"udp,id={backend.name},host={host},port={port},localaddr={local},localport={local_port}"


def _socket(backend: Backend) -> Iterator[str]:
    source = backend.source
    if source.mode == "bind":
        yield "server=on"
        if not backend.wait:
            yield "wait=off"
    for word, time in _again(backend).items():
        yield f"{word}={time}"
