"""bhyve-argv: the command lines of FreeBSD's hypervisor and of its loaders, both ways."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.bhyve.defaults import BhyveDefaults
from vsh.hypervisors.bhyve.host import Host
from vsh.hypervisors.shell_words import shell_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain

_DEFAULT_FIRMWARE = "BHYVE_UEFI.fd"


DEFAULTS = BhyveDefaults


def read(text: str, *, unread: list[str] | None = None) -> Domain:
    """The domain that command lines describe; ``unread`` gets what was not understood."""
    from vsh.hypervisors.bhyve.read import read_commands

    return read_commands(text, [] if unread is None else unread)


def write(domain: Domain, host: Host | None = None) -> str:
    """The command lines for a domain: the loader's, where there is one, and bhyve's."""
    from vsh.hypervisors.bhyve.loader import load_command
    from vsh.hypervisors.bhyve.write import bhyve_command

    host = host or Host()
    set_firmware(domain, host)
    commands = []
    if domain.os.loader and not domain.bootloader:
        if not (domain.os.loader_type == "pflash" and domain.os.loader_readonly):
            raise ConfigUnsupported("Only read-only pflash is supported.")
        if "LPC_BOOTROM" not in host.capabilities:
            raise ConfigUnsupported("Installed bhyve binary does not support bootrom")
    else:
        commands.append(load_command(domain, host)[0])
    commands.append(bhyve_command(domain, host))
    return "\n".join(shell_line(command) for command in commands)


def set_firmware(domain: Domain, host: Host) -> None:
    """Choose a firmware file, where one is asked for."""
    if domain.os.firmware is None:
        return
    files = [name for name in host.firmwares() if not name.startswith(".")]
    if not files:
        raise ConfigUnsupported(f"no firmwares found in {host.firmware_folder}")
    name = _DEFAULT_FIRMWARE if _DEFAULT_FIRMWARE in files else files[0]
    os = domain.os
    if os.loader_format not in (None, "raw"):
        raise ConfigUnsupported(f"Unsupported loader format '{os.loader_format}'")
    os.loader_type, os.loader_readonly = "pflash", True
    os.loader = f"{host.firmware_folder}/{name}"
