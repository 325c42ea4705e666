"""Trusted platform modules."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.backend import Backend
from vsh.hypervisors.qemu.argv.chardev import add_chardev, add_descriptor
from vsh.hypervisors.qemu.machine import X86

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.xml.domain.devices.tpm import Tpm


def add_tpms(line: Line) -> None:
    """All modules."""
    for tpm in line.domain.tpms:
        alias = line.alias(tpm)
        if tpm.model == "spapr-tpm-proxy":
            path = tpm.backends[0].device
            line.device({"driver": tpm.model, "id": alias, "host-path": path})
            continue
        _backend(line, tpm)
        plain = tpm.model == "tpm-tis" and line.domain.os.arch not in X86
        driver = "tpm-tis-device" if plain else tpm.model
        line.device({
            "driver": driver, "tpmdev": f"tpm-{alias}", "id": alias, **address_of(line, tpm),
        })  # fmt: skip


def _backend(line: Line, tpm: Tpm) -> None:
    from vsh.xml.domain.devices.chardev import CharSource

    alias, backend = line.alias(tpm), tpm.backends[0]
    if backend.type == "passthrough":
        device, cancel = line.host.tpm(tpm)
        device = add_descriptor(line, device, f"{alias}-tpm")
        cancel = add_descriptor(line, cancel, f"{alias}-cancel")
        paths = f"path={device},cancel-path={cancel}"
        line.add("-tpmdev", f"passthrough,id=tpm-{alias},{paths}")
        return
    if not line.host.has_swtpm():
        if backend.type == "emulator" and backend.version:
            raise ConfigUnsupported(f"TPM version '{backend.version}' is not supported")
        raise ConfigUnsupported(
            f"The QEMU executable {line.domain.emulator} does not support TPM backend type "
            f"{backend.type}"
        )
    if backend.type == "external":
        mode = "bind" if backend.source_mode == "bind" else "connect"
        source = CharSource(path=backend.source_path, mode=mode)
    else:
        source = CharSource(path=line.host.tpm_socket(line.domain, tpm), mode="connect")
    add_chardev(line, Backend("unix", "chrtpm", [source], passed=False))
    line.add("-tpmdev", f"emulator,id=tpm-{alias},chardev=chrtpm")
