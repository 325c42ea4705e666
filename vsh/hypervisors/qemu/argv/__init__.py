"""The command line of a QEMU for a guest: a function of its model and of what QEMU can do.

The arguments are libvirt's, one by one: ids, node names and order are what hot-plug, migration and
saved images rely on.  A part of a document that no command line is known for is an error that names
it.  One file is one kind of device: its words here, and what is made when it is plugged in.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.defaults import QemuDefaults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.cpu.definition import HostCpu
    from vsh.hypervisors.qemu.argv.host import Host
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.xml.domain import Domain

DEFAULTS = QemuDefaults
_USERS_OWN = ("LD_PRELOAD", "LD_LIBRARY_PATH", "PATH", "HOME", "USER", "LOGNAME", "TMPDIR")
"""What a QEMU that runs as its user does has of that user's environment."""
_SANDBOX = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"


def command_line(domain: Domain, can: Capabilities, host: Host | None = None) -> list[str]:
    """The words of the command, the program first, for a complete domain.

    Raises ConfigUnsupported for what QEMU cannot do, or is not known how to be asked for.
    """
    from vsh.hypervisors.qemu.argv.host import Host
    from vsh.hypervisors.qemu.argv.line import Line

    line = Line(domain, can, host or Host())
    line.add(str(domain.emulator))
    _refuse(line)
    _machine(line)
    _board(line)
    _devices(line)
    return line.words


def write(domain: Domain) -> str:
    """The command as a shell reads it, for a document and the QEMU that it names.

    That QEMU is asked what it can do.  Raises InternalError where the program cannot be run.
    """
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.hypervisors.qemu.probe import Probe

    accelerators = "kvm:tcg" if domain.type == "kvm" else "tcg"
    with Probe(str(domain.emulator), accelerators) as probe:
        can = Capabilities(probe)
        domain.os.machine = can.machine_names().get(str(domain.os.machine), domain.os.machine)
        return shown(domain, can)


def shown(
    domain: Domain,
    can: Capabilities,
    host: Host | None = None,
    own_cpu: Callable[[], HostCpu] | None = None,
) -> str:
    """The command as a shell reads it, for a complete domain and a QEMU that was asked.

    Nothing is made on the host: cards are as if a script of the user's connected them, and keep
    nothing else but their model.
    """
    from vsh.hypervisors.qemu.argv.host import Host
    from vsh.hypervisors.qemu.emulator import asked
    from vsh.hypervisors.qemu.firmware import FOLDERS, installed, read_folder
    from vsh.hypervisors.qemu.starting import prepare
    from vsh.hypervisors.shell_words import shell_line
    from vsh.xml.domain.devices.interface import Interface

    domain.interfaces = [
        Interface(type="ethernet", model=card.model, mac=card.mac, script=card.script)
        for card in domain.interfaces
    ]
    host = host or Host()
    host.settle(domain)
    _look_up(domain, host)
    prepare(domain, can, asked(can), installed(map(read_folder, FOLDERS)), own_cpu=own_cpu)
    if any(each.placement == "auto" for each in domain.numatune):
        raise InternalError("Advice from numad is needed in case of automatic numa placement")
    words = command_line(domain, can, host)
    variables = [f"{name}={shell_line([value])}" for name, value in environment(domain, host)]
    return " ".join([*variables, shell_line(words)])


def _look_up(domain: Domain, host: Host) -> None:
    """Find volumes and secrets of disks, the last disk's first: before all else, as libvirt."""
    for disk in reversed(domain.disks):
        source = disk.source
        if source is None:
            continue
        if disk.type == "volume":
            host.volume(source.pool, source.volume)
        auth, encryption = disk.auth or source.auth, disk.encryption or source.encryption
        known = disk.type == "network" and auth is not None
        wanted = [auth.secret] if known and auth is not None and auth.secret is not None else []
        opening = [] if encryption is None else encryption.secrets
        for secret in (*opening, *wanted) if domain.newest else (*wanted, *opening):
            host.secret("", secret)


def environment(domain: Domain, host: Host) -> list[tuple[str, str]]:
    """The environment of a guest's QEMU."""
    import os

    from vsh.hypervisors.qemu.argv.overrides import overrides
    from vsh.hypervisors.qemu.argv.sound import sound_environment

    folder = host.folder(domain)
    if os.geteuid() == 0:
        found = [("LC_ALL", "C"), ("PATH", os.environ.get("PATH", "")), ("HOME", folder)]
        found += [(name, os.environ[name]) for name in ("USER", "LOGNAME") if name in os.environ]
        places = {"DATA": ".local/share", "CACHE": ".cache", "CONFIG": ".config"}
    else:  # a user's guests sound, for example, where their programs do
        found = [("LC_ALL", "C")]
        found += [(name, os.environ[name]) for name in _USERS_OWN if name in os.environ]
        places = {"CACHE": ".cache"}
    found += [(f"XDG_{name}_HOME", f"{folder}/{place}") for name, place in places.items()]
    if domain.clock.offset == "timezone":
        found.append(("TZ", str(domain.clock.timezone)))
    folders = {
        "vnc": host.vnc_sasl_folder if host.vnc_sasl else None,
        "spice": host.spice_sasl_folder if host.spice_sasl else None,
    }
    sasl = [folders.get(str(display.type)) for display in domain.graphics]
    found += [("SASL_CONF_PATH", folder) for folder in sasl if folder]
    found += sound_environment(domain)
    for display in domain.graphics:
        if display.type == "sdl":
            given = (("XAUTHORITY", display.xauth), ("DISPLAY", display.display))
            found += [(name, value) for name, value in given if value]
    # who says a name again has the last word, at the first one's place
    return list(dict(found + overrides(domain).environment).items())


def _refuse(line: Line) -> None:
    """What no command line is known for."""
    domain = line.domain
    if domain.type not in ("qemu", "kvm", "hvf"):
        raise ConfigUnsupported(
            f"Emulator '{domain.emulator}' does not support virt type '{domain.type}'"
        )


def _machine(line: Line) -> None:
    """The guest as a whole, up to its monitor."""
    from vsh.hypervisors.qemu.argv import (
        boot,
        clock,
        cpu,
        disk,
        machine,
        memory,
        numa,
        smbios,
        throttle,
    )  # fmt: skip
    from vsh.hypervisors.qemu.argv.properties import escape

    domain = line.domain
    process = f",process=qemu:{domain.name}" if line.host.process_name else ""
    line.add("-name", f"guest={escape(str(domain.name))}{process},debug-threads=on")
    clock.deprecations(line)
    line.add("-S")
    line.add_object("secret", "masterKey0", {
        "format": "raw", "file": f"{line.folder}/master-key.aes",
    })  # fmt: skip
    _reservations(line)
    disk.add_flash(line)
    if line.host.fips and line.can.version < (5, 2, 0):
        line.add("-enable-fips")
    machine.add_machine(line)
    cpu.add_cpu(line)
    boot.add_loader(line)
    memory.add_memory(line)
    cpu.add_smp(line)
    cpu.add_iothreads(line)
    throttle.add_groups(line)
    numa.add_numa(line)
    line.add("-uuid", str(domain.uuid))
    smbios.add_smbios(line)
    smbios.add_generation(line)


def _reservations(line: Line) -> None:
    """The helper for SCSI reservations, where a disk has it managed."""
    sources = [disk.source for disk in line.domain.disks if disk.source is not None]
    if any(s.reservations is not None and s.reservations.managed for s in sources):
        line.add_object(
            "pr-manager-helper", "pr-helper0", {"path": f"{line.folder}/pr-helper0.sock"}
        )


def _board(line: Line) -> None:
    """What is the board's: clock, power, firmware's choices, buses, memory."""
    from vsh.hypervisors.qemu.argv import boot, clock, controller, device, machine, memory

    if not line.domain.graphics:
        line.add("-display", "none")
    line.add("-no-user-config", "-nodefaults")
    monitor = line.host.monitor(line.domain)
    line.add("-chardev", f"socket,id=charmonitor,{monitor},server=on,wait=off")
    if line.can.has("monitor-qmp"):  # of which -mon is the old way
        line.add_object("monitor-qmp", "monitor", {"chardev": "charmonitor"})
    else:
        line.add("-mon", "chardev=charmonitor,id=monitor,mode=control")
    clock.add_clock(line)
    machine.add_power(line)
    boot.add_boot(line)
    if not line.domain.newest:
        device.add_iommu(line)
    controller.add_controllers(line)
    if line.domain.newest:
        device.add_iommu(line)
    memory.add_modules(line)
    device.add_hubs(line)
    controller.add_kind(line, "ccid")


def _devices(line: Line) -> None:
    """The devices, kind by kind."""
    from vsh.hypervisors.qemu.argv import (
        character,
        device,
        disk,
        filesystem,
        graphics,
        hostdev,
        interface,
        machine,
        rng,
        shmem,
        sound,
        tpm,
        video,
    )
    from vsh.hypervisors.qemu.argv import input as inputs

    chains = disk.prepare_disks(line)
    layers = hostdev.prepare_hostdevs(line)
    disk.add_disks(line, chains)
    filesystem.add_filesystems(line)
    interface.add_interfaces(line)
    device.add_smartcards(line)
    character.add_serials(line)
    character.add_parallels(line)
    character.add_channels(line)
    character.add_consoles(line)
    tpm.add_tpms(line)
    inputs.add_inputs(line)
    sound.add_audios(line)
    graphics.add_graphics(line)
    video.add_videos(line)
    sound.add_sounds(line)
    device.add_watchdogs(line)
    device.add_redirdevs(line)
    hostdev.add_hostdevs(line, layers)
    device.add_balloons(line)
    rng.add_rngs(line)
    device.add_nvram(line)
    machine.add_small(line)
    device.add_security(line)
    line.add(*line.overrides.arguments)
    if line.can.option("sandbox"):
        line.add("-sandbox", _SANDBOX if line.host.sandbox else "off")
    machine.add_panics(line)
    shmem.add_shmems(line)
    device.add_vsock(line)
    device.add_cryptos(line)
    device.add_pstores(line)
    machine.add_teardown(line)
    if line.host.log_timestamp:
        line.add("-msg", "timestamp=on")
