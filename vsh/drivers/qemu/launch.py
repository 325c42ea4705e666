"""Starting a guest: its command line, its QEMU, and what it is told before its CPUs run."""

from __future__ import annotations

import os
import shutil

from vsh.drivers.host import cgroups, log_files
from vsh.drivers.host.process import Process
from vsh.drivers.qemu import (
    auditing,
    cards,
    channels,
    companions,
    confinement,
    core_scheduling,
    counters,
    definitions,
    disk_program,
    guest_hooks,
    limits,
    live_cpu,
    memory_files,
    rights,
    security,
    startup_policy,
    taints,
    thread_places,
)
from vsh.drivers.qemu.blocks import throttle
from vsh.drivers.qemu.complaints import complaint
from vsh.drivers.qemu.devices import characters, displays, host_devices, links
from vsh.drivers.qemu.known_threads import KnownThreads
from vsh.drivers.qemu.live_host import KEY_FILE, LiveHost
from vsh.drivers.qemu.monitor import CommandRefused, Monitor, MonitorClosed
from vsh.drivers.qemu.run import Run
from vsh.drivers.state.attempts import Attempt
from vsh.errors import ConfigUnsupported, InternalError, OperationFailed, SystemFailure
from vsh.hypervisors.qemu.check.program import check_program
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.domain.state import DomainPausedReason, DomainShutoffReason, DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.host.memory_policy import MemoryPolicy
    from vsh.drivers.qemu.files import Files
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.settings import Settings
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.graphics import Graphics

KEY_BYTES = 32
"""The length of a guest's own key, with which secrets are given to its QEMU."""
_TELLING_OF_PASSES = {"capabilities": [{"capability": "events", "state": True}]}


def start(
    hypervisor: Hypervisor,
    guest: Guest,
    reason: int,
    *,
    paused: bool = False,
    more: tuple[str, ...] = (),
    incoming: Callable[[Monitor], None] | None = None,
    new_variables: bool = False,
    cpu: str = "",
    managed: bool = False,
) -> None:
    """Start a guest that is held, from its definition.

    reason  why it runs, a reason of RUNNING
    paused  leave its CPUs stopped
    more    words for the end of its command line
    incoming  fills the QEMU with the state of a guest that was saved
    new_variables  its UEFI variables are made anew
    cpu     the <cpu> that it had where it ran before
    managed  that state is its managed save, which counts until the QEMU has it

    Raises Error; the guest is then off as before, which it has failed to change.
    """
    definition = guest.definition
    if not definition.emulator:
        raise ConfigUnsupported("no emulator is given")
    for problem in check_program(definition, hypervisor.capabilities(definition.emulator)):
        raise problem
    if any(element.name == "capabilities" for element in definition.extensions):
        raise ConfigUnsupported("<qemu:capabilities> is not supported: QEMU itself is asked")
    live = definitions.copied(definition)
    asked = live_cpu.own(live, cpu)
    lending = hypervisor.lending
    security.label(None if lending is None else lending.account, live, hypervisor.settings)
    files = hypervisor.files(guest, live)
    number = hypervisor.guests.number(guest)
    host = LiveHost(hypervisor, guest, number, live, files)
    host.incoming = incoming is not None
    folder = guest.starting = host.folder(live)
    run, planned = None, guest.planned
    try:
        guest_hooks.call(live, number, "prepare")
        hypervisor.guests.keep(guest)
        _make_folder(folder, files)
        if files is not None and companions.had(live):
            companions.let_reach(files, live, folder)
        host.missing = startup_policy.find_images(hypervisor, guest, live, cold=incoming is None)
        _settle(hypervisor, live, host, new_variables=new_variables)
        run = _run(hypervisor, guest, live, host, folder, more, incoming)
        newest = hypervisor.capabilities(str(live.emulator)).newest
        run.asked_cpu = asked if newest or cpu else live_cpu.unchanged(live, run.cpu)
        if guest.persistent and planned is None:
            planned = definitions.regrouped(definition)
    except BaseException:
        if run is not None:
            _give_up(hypervisor, guest, run)
        guest.starting = None
        guest_hooks.told(live, "stopped")
        cards.unplug(hypervisor, live)
        companions.end(folder)
        if files is not None:
            files.give_back()
        guest.links = []
        hypervisor.guests.unnumber(number)
        shutil.rmtree(folder, ignore_errors=True)
        guest_hooks.told(live, "release")
        guest.state, guest.reason = DomainState.SHUTOFF, int(DomainShutoffReason.FAILED)
        if guest.persistent:
            hypervisor.guests.note(guest)
        if hypervisor.guests.audit is not None:
            auditing.not_started(hypervisor.guests.audit, guest)
        raise
    finally:
        host.end()
    guest.planned = planned
    guest.definition = live
    guest.id = number
    live.id = number
    guest.managed_save = guest.managed_save and not managed
    hypervisor.guests.started(guest, run)
    with Attempt(lambda: _refused(hypervisor, guest, managed=managed)):
        taints.at_start(
            guest,
            hypervisor.capabilities(str(live.emulator)),
            restored=incoming is not None,
            elevated=lending is not None and lending.account.elevated,
        )
        channels.started(hypervisor, guest)
    if paused:
        guest.state = DomainState.PAUSED
        guest.reason = int(
            DomainPausedReason.USER if incoming is None else DomainPausedReason.MIGRATION
        )
    else:
        if incoming is not None:  # what was saved must not be gone on from a second time
            guest.state, guest.reason = DomainState.PAUSED, DomainPausedReason.STARTING_UP
            hypervisor.guests.keep(guest)
        guest.state, guest.reason = DomainState.RUNNING, reason
        try:
            guest.ask("cont")
        except CommandRefused:  # another QEMU has its disks
            _refused(hypervisor, guest, managed=managed)
            raise
    with Attempt(lambda: _refused(hypervisor, guest, managed=managed)):
        guest_hooks.call(live, number, "started")


def _refused(hypervisor: Hypervisor, guest: Guest, *, managed: bool) -> None:
    """End a guest whose start a hook, or QEMU, has refused in the end; its save stays."""
    from vsh.drivers.qemu import happenings
    from vsh.words.event import DomainEventStoppedDetailType

    guest.managed_save = guest.managed_save or managed
    happenings.end(
        hypervisor, guest, DomainShutoffReason.FAILED, DomainEventStoppedDetailType.FAILED
    )


def _make_folder(folder: str, files: Files | None) -> None:
    try:
        os.mkdir(folder, 0o700)
        key = os.open(
            f"{folder}/{KEY_FILE}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600
        )
        os.write(key, os.urandom(KEY_BYTES))
        os.close(key)
        if files is not None:
            files.own(folder, f"{folder}/{KEY_FILE}")
    except OSError as error:
        raise SystemFailure(f"cannot make {folder}: {error.strerror}") from None


def _settle(
    hypervisor: Hypervisor, live: Definition, host: LiveHost, *, new_variables: bool
) -> None:
    """Complete a definition with what is chosen anew for each run, and make what it needs."""
    from vsh.drivers.qemu import variables
    from vsh.drivers.qemu.live_cpu import own_cpu
    from vsh.hypervisors.qemu.argv.aliases import aliases
    from vsh.hypervisors.qemu.emulator import asked
    from vsh.hypervisors.qemu.firmware import FOLDERS, installed, read_folder
    from vsh.hypervisors.qemu.starting import prepare
    from vsh.xml.domain.tune import Resource

    can = hypervisor.capabilities(str(live.emulator))
    _check_placement(live)
    limits.check(live)
    host_devices.check_all(live)
    cards.plug(hypervisor, live)
    for disk in live.disks:
        if disk.empty() and not is_modern(live):
            disk.driver_type = None  # it is the medium's
    displays.settle(live, host, hypervisor)
    characters.settle_credentials(live.devices())
    if not live.resource and os.geteuid() == 0 and cgroups.mounted():
        live.resource = [Resource(partition="/machine")]
    firmwares = installed(map(read_folder, FOLDERS))
    prepare(
        live, can, asked(can), firmwares, hypervisor.root / "nvram",
        lambda: own_cpu(newest=can.newest),
    )  # fmt: skip
    variables.make(live, firmwares, anew=new_variables)
    variables.make_stores(live)
    for device, alias in _named(live, aliases(live)):
        device.alias = alias


def _check_placement(live: Definition) -> None:
    """Refuse a guest whose place numad is to choose: it is asked nowhere.

    Raises OperationFailed in libvirt's words where there is no numad, else ConfigUnsupported.
    """
    if "auto" not in (live.vcpu_placement, *(each.placement for each in live.numatune)):
        return
    if shutil.which("numad") is None:
        raise OperationFailed("Failed to query numad for the advisory nodeset")
    raise ConfigUnsupported("placement='auto': numad is not asked, name the nodes")


def _run(
    hypervisor: Hypervisor,
    guest: Guest,
    live: Definition,
    host: LiveHost,
    folder: str,
    more: tuple[str, ...],
    incoming: Callable[[Monitor], None] | None,
) -> Run:
    """Run the QEMU and say hello to it."""
    from vsh.hypervisors.qemu.argv import command_line, environment, opened

    can = hypervisor.capabilities(str(live.emulator))
    log = hypervisor.root / f"log/{guest.name}.log"
    for path in (log, *characters.logs(live)):
        log_files.roll(path)
    command = [*command_line(live, can, host), *more]
    host.reservations(live.disks)
    for shared in live.filesystems:
        host.virtiofsd(shared)
    files = host.files
    memory_files.make(live, host, command)
    if security.relabelled(hypervisor.settings, live):
        characters.check_given(live)
    if files is not None:
        files.lend(opened.of_run(command, folder, kvm=live.type == "kvm"))
    guest_hooks.call(live, host.number, "start")
    before = os.path.getsize(log) if os.path.exists(log) else 0
    with _memory_policy(live, hypervisor.settings):
        process = Process.start(
            command,
            log,
            environment=dict(environment(live, host)),
            descriptors=host.descriptors,
            before=rights.before(
                hypervisor.settings, None if files is None else files.account, live
            ),
        )
    host.close()
    rights.unprotect(process.pid)
    monitor = Monitor(f"{folder}/monitor.sock")
    try:
        if files is not None:
            root, settings = hypervisor.root.path, hypervisor.settings
            confinement.begin(root, guest.uuid, settings, process.pid, live, files.named)
        monitor.open()
        channels.settle(live, monitor, host.sockets)
        monitor.call("migrate-set-capabilities", _TELLING_OF_PASSES)
        cpu = live_cpu.learned(live, monitor.call, newest=can.newest)
        known = KnownThreads(process.pid, int(live.vcpus or 1))
        _tune(live, monitor, known, hypervisor.settings, incoming=incoming is not None)
        known.learn(monitor.call)
        beside = [pid for _, pid, _ in host.beside.values()]
        core_scheduling.start(
            hypervisor.settings.sched_core, process.pid, beside, lambda: known.vcpus(monitor.call)
        )
        allowed = hypervisor.settings.cgroup_controllers
        limits.Limits(hypervisor.root.path, guest.uuid, monitor.call, known, allowed).start(live)
        if incoming is not None:
            incoming(monitor)
    except MonitorClosed:
        monitor.close()
        process.kill()
        limits.remove(hypervisor.root.path, guest.uuid)
        said = [complaint(log, before)]
        for what, (program, _, _) in host.beside.items():
            if program == "nbdkit":  # QEMU only knows that it gave nothing
                said.append(companions.last_line(disk_program.log(hypervisor, live, what)))
        raise InternalError(
            "process exited while connecting to monitor: " + "\n".join(said)
        ) from None
    except BaseException:
        monitor.close()
        process.kill()
        limits.remove(hypervisor.root.path, guest.uuid)
        raise
    run = Run(process, monitor, folder, known)
    filters = [each.number for disk in live.disks for each in disk.throttle_filters]
    run.nodes, run.files, run.cpu = max([host.nodes, *filters]), files, cpu
    run.beside = host.beside
    run.log_start = before
    with Attempt(lambda: _give_up(hypervisor, guest, run)):
        counters.start(run, live)
    return run


def _memory_policy(live: Definition, settings: Settings) -> MemoryPolicy:
    """What a QEMU begins with, where no group of its threads sees to its memory."""
    from vsh.drivers.host.memory_policy import MemoryPolicy

    mode, nodes = thread_places.memory(live)
    if mode == "restrictive" or (thread_places.by_group(mode) and limits.keeps_nodes(settings)):
        nodes = []
    return MemoryPolicy(mode if nodes else "strict", nodes)


def _give_up(hypervisor: Hypervisor, guest: Guest, run: Run) -> None:
    """End a QEMU that had been started."""
    run.close_descriptors()
    run.monitor.close()
    run.process.kill()
    limits.remove(hypervisor.root.path, guest.uuid)


def _named(live: Definition, names: dict[int, str]) -> list[tuple[Device | Graphics, str]]:
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.memballoon import MemBalloon

    modern = is_modern(live)
    return [
        (device, names[id(device)])
        for device in live.devices()
        if isinstance(device, Device | Graphics)
        and id(device) in names
        and not (modern and isinstance(device, Controller) and device.model == "none")
        and not (isinstance(device, MemBalloon) and device.model == "none")
    ]


def _tune(
    live: Definition, monitor: Monitor, known: KnownThreads, settings: Settings, *, incoming: bool
) -> None:
    """What no command line can say: vCPUs that can be taken out, where threads run, the balloon."""
    if any(vcpu.hotpluggable and vcpu.enabled for vcpu in live.vcpu_list):
        from vsh.drivers.qemu import vcpus

        vcpus.plug_at_start(live, monitor.call, known)
    if live.cputune is not None or live.vcpu_cpuset:
        from vsh.drivers.qemu import pinning

        pinning.place(live, monitor.call, known)
    links.set_links(live, monitor.call)
    displays.set_passwords(live, monitor.call, settings)
    throttle.apply_all(live, monitor.call)
    balloon = next((one for one in live.memballoon if one.model != "none"), None)
    if balloon is None:
        live.current_memory = live.memory
    elif balloon.stats_period:
        from vsh.drivers.qemu import statistics

        statistics.set_period(monitor.call, live, int(balloon.stats_period))
    if balloon is not None and live.current_memory != live.memory:
        monitor.call("balloon", {"value": int(live.current_memory or 0) * 1024})
    if live.memory_devices or (balloon is not None and not incoming):
        from vsh.drivers.qemu.devices import memory

        memory.refresh(live, monitor.call)
