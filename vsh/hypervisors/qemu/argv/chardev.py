"""The host's side of character devices."""

from __future__ import annotations

from vsh.hypervisors.qemu.argv.backend import Backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line


def add_chardev(line: Line, backend: Backend) -> None:
    """The back end, and the objects that it needs."""
    tls = None
    if backend.kind == "tcp":
        tls = backend.source.tls
        tls = line.host.chardev_tls if tls is None else tls
        if tls:
            name = f"obj{backend.name}_tls0"
            secret = None
            if line.host.certificate_secret:
                from vsh.hypervisors.qemu.argv.block import add_secret

                secret = f"{backend.name}-secret0"
                add_secret(line, secret)
            line.add_object("tls-creds-x509", name, {
                "dir": line.host.certificates,
                "endpoint": "server" if backend.source.mode == "bind" else "client",
                "verify-peer": backend.source.mode != "bind" or line.host.chardev_verify,
                "passwordid": secret,
            })  # fmt: skip
    if backend.passed:
        _hand_over(line, backend)
    backend.millis = line.can.command("chardev-add/arg-type/backend/+socket/data/reconnect-ms")
    line.chardev(backend, tls=bool(tls))


def _hand_over(line: Line, backend: Backend) -> None:
    """What the driver has opened: a listening socket, a file, a log."""
    device = backend.name.removeprefix("char")
    if backend.kind == "unix" and backend.source.mode == "bind":
        backend.descriptor = line.host.listener(f"{device}-source", backend.path)
    elif backend.kind == "file":
        found = line.host.file(f"{device}-source", backend.path)
        if found is not None:
            backend.path = add_descriptor(line, found, f"{device}-source")
            backend.append = True
    if backend.log_file is not None:
        found = line.host.file(f"{device}-log", backend.log_file)
        if found is not None:
            backend.log_file = add_descriptor(line, found, f"{device}-log")
            backend.log_append = True


def add_descriptor(line: Line, descriptor: str, name: str) -> str:
    """An open file for QEMU, and the name that it has there."""
    number = line.file_set(0)
    line.add_file(number, int(descriptor), name)
    return f"/dev/fdset/{number}"
