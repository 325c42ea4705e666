"""Every procedure of the table, asked of a real daemon: an answer or its error, nothing else.

Two tours: QEMU's driver with a running guest, and libvirt's test driver inside the same daemon.
What came back is shown at the end of the run.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from tiny_guest import make_disk

from vsh.api._call import BoundCall
from vsh.api.checkpoint import Checkpoint
from vsh.api.connection import Connection
from vsh.api.connection.handshake import Handshake
from vsh.api.domain import Domain
from vsh.api.interface import Interface
from vsh.api.network import Network
from vsh.api.network_port import NetworkPort
from vsh.api.node_device import NodeDevice
from vsh.api.nwfilter import Nwfilter
from vsh.api.nwfilter_binding import NwfilterBinding
from vsh.api.pool import Pool
from vsh.api.secret import Secret
from vsh.api.snapshot import Snapshot
from vsh.api.stream import Stream
from vsh.api.table import calls
from vsh.api.types import TypedParams
from vsh.api.volume import Volume
from vsh.drivers.remote import remote

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.libvirtd

UUID = "6f1b1b5e-0000-4000-8000-00000000000{}"
ANSWERED_BY_QEMU, ANSWERED_BY_TEST = 300, 220

GUEST = """\
<domain type='{kind}'><name>{name}</name><uuid>{uuid}</uuid><memory unit='MiB'>32</memory>
<vcpu current='1'>2</vcpu>{threads}<os><type arch='{arch}'>hvm</type></os>
<features><acpi/></features>
<devices><emulator>{emulator}</emulator>
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{disk}'/>
<target dev='vda' bus='virtio'/></disk>
<interface type='user'><mac address='52:54:00:00:00:01'/><model type='virtio'/></interface>
<serial type='pty'/><console type='pty'/>
<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
<graphics type='vnc' socket='{folder}/{name}.vnc'/><video><model type='vga'/></video>
<memballoon model='virtio'/></devices></domain>
"""
DISK = """\
<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{}'/>
<target dev='vdb' bus='virtio'/></disk>"""
NETWORK = """\
<network><name>{}</name>{}<forward mode='bridge'/><bridge name='vsh-none'/></network>"""
PORT = """\
<networkport><uuid>{}</uuid><owner><name>o</name><uuid>{}</uuid></owner>
<mac address='52:54:00:00:00:02'/></networkport>"""
POOL = "<pool type='dir'><name>{}</name><target><path>{}</path></target></pool>"
VOLUME = """\
<volume><name>{}</name><capacity>1048576</capacity><target><format type='raw'/></target></volume>"""
SECRET = """\
<secret ephemeral='yes' private='no'><usage type='volume'><volume>/v</volume></usage></secret>"""
FILTER = """\
<filter name='vsh-tour'><uuid>6f1b1b5e-0000-4000-8000-000000000005</uuid>
<rule action='drop' direction='in'/></filter>"""
BINDING = """\
<filterbinding><owner><name>g</name><uuid>{}</uuid></owner><portdev name='vsh-none'/>
<mac address='52:54:00:00:00:03'/><filterref filter='vsh-tour'/></filterbinding>"""
DEVICE = """\
<device><parent>computer</parent><capability type='scsi_host'><capability type='fc_host'>
<wwnn>2000000012341234</wwnn><wwpn>1000000012341234</wwpn></capability></capability></device>"""
CPU = "<cpu><arch>x86_64</arch><model>qemu64</model></cpu>"
KEEPING = 1 | 2 | 16  # VIR_DOMAIN_UNDEFINE_: with what was saved, its snapshots and checkpoints
CHANGE_PROTECTION, UNSAFE = 1 << 8, 1 << 9  # VIR_MIGRATE_


def params(**values: tuple[str, Any]) -> TypedParams:
    found = TypedParams()
    for name, (kind, value) in values.items():
        found.set(name, kind, value)
    return found


class World:
    """One connection, the documents that its driver takes, and the objects found on the way.

    What a driver refuses to make is a handle of a name: calls on it reach the daemon all the same.
    """

    def __init__(self, ask: Callable[..., Any], connection: Connection, folder: Path) -> None:
        self.ask = ask
        self.connection = connection
        self.folder = folder
        self.test = connection.get_type() == "TEST"

    def handle(self, kind: Any, *values: Any) -> Any:
        return kind(self.connection, *values)

    def guest(self, name: str) -> str:
        disk = self.folder / f"{name}.qcow2"
        if not disk.exists():
            make_disk(disk)
        return GUEST.format(
            kind="test" if self.test else "qemu",
            arch="i686" if self.test else "x86_64",
            emulator="/usr/bin/test-hv" if self.test else "/usr/bin/qemu-system-x86_64",
            threads="" if self.test else "<iothreads>1</iothreads>",
            name=name,
            uuid=uuid.uuid5(uuid.NAMESPACE_DNS, name),
            disk=disk,
            folder=self.folder,
        )

    def file(self, name: str, text: str = "") -> str:
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def streamed(self, bound: BoundCall, *values: Any) -> None:
        """Ask for a stream, and give it up if it opens."""
        stream = Stream(self.connection)
        place = list(bound.call.names).index("stream")
        self.ask(bound, *values[:place], stream, *values[place:])
        if stream.channel is not None:
            stream.abort()


# ------------------------------------------------------------------------------- the host


def host(w: World) -> None:
    ask, c = w.ask, w.connection
    for bound in (
        c.get_type, c.get_version, c.get_lib_version, c.get_hostname, c.get_uri, c.is_secure,
        c.get_capabilities, c.get_sysinfo, c.get_domain_capabilities, c.get_max_vcpus,
        c.get_storage_pool_capabilities, c.node_get_info, c.node_get_free_memory,
        c.node_get_security_model, c.node_get_memory_parameters, c.node_get_cpu_map,
        c.node_get_sev_info, c.num_of_domains, c.list_domains, c.num_of_defined_domains,
        c.list_defined_domains, c.list_all_domains, c.register_close_callback,
        c.unregister_close_callback,
    ):  # fmt: skip
        ask(bound)
    ask(c.supports_feature, 1)
    ask(c.node_get_cells_free_memory, 0, 1)
    ask(c.node_get_cpu_stats, -1)
    ask(c.node_get_memory_stats, -1)
    ask(c.node_get_free_pages, [4], 0, 1)
    ask(c.node_alloc_pages, [2048], [0], 0, 1)  # none more than there are
    ask(c.node_suspend_for_duration, 0, 1)  # shorter than any that is granted
    ask(c.node_set_memory_parameters, params(shm_none=("uint", 1)))
    ask(c.get_cpu_model_names, "x86_64")
    ask(c.compare_cpu, CPU)
    ask(c.baseline_cpu, [CPU])
    ask(c.compare_hypervisor_cpu, None, None, None, "qemu", CPU)
    ask(c.baseline_hypervisor_cpu, None, None, None, "qemu", [CPU])
    ask(c.set_identity, params(**{"user-name": ("string", "somebody")}))
    ask(c.domain_xml_from_native, "qemu-argv", "qemu-system-x86_64 -m 16")
    ask(c.domain_xml_to_native, "qemu-argv", w.guest("native"))


def events(w: World) -> None:
    ask, c = w.ask, w.connection
    for register, deregister, kinds in (
        (c.domain_event_callback_register_any, c.domain_event_callback_deregister_any, (0, 1, 4)),
        (c.network_event_register_any, c.network_event_deregister_any, (0,)),
        (c.storage_pool_event_register_any, c.storage_pool_event_deregister_any, (0, 1)),
        (c.node_device_event_register_any, c.node_device_event_deregister_any, (0, 1)),
        (c.secret_event_register_any, c.secret_event_deregister_any, (0, 1)),
    ):
        for kind in kinds:
            ask(deregister, ask(register, kind) or 0)
    ask(c.domain_monitor_event_deregister, ask(c.domain_monitor_event_register) or 0)
    ask(c.domain_event_register)
    ask(c.domain_event_deregister)
    ask(c.domain_event_register_any, 1)
    ask(c.domain_event_deregister_any, 1)


# ------------------------------------------------------------------------------- domains


def reading(w: World, d: Domain) -> None:
    ask, c = w.ask, w.connection
    ask(c.domain_lookup_by_id, d.id)
    ask(c.domain_lookup_by_name, d.name)
    ask(c.domain_lookup_by_uuid, d.uuid)
    for bound in (
        d.get_xml_desc, d.get_autostart, d.get_autostart_once, d.get_info, d.get_max_memory,
        d.get_max_vcpus, d.get_os_type, d.get_scheduler_type, d.get_scheduler_parameters,
        d.get_scheduler_parameters_flags, d.get_security_label, d.get_security_label_list,
        d.is_active, d.is_persistent, d.is_updated, d.memory_stats, d.get_job_info,
        d.get_job_stats, d.abort_job, d.abort_job_flags, d.get_state, d.get_control_info,
        d.get_memory_parameters, d.get_blkio_parameters, d.get_numa_parameters, d.get_vcpus_flags,
        d.get_perf_events, d.get_iothread_info, d.get_hostname, d.get_fsinfo, d.get_time,
        d.get_guest_vcpus, d.get_messages, d.get_launch_security_info, d.get_disk_errors,
        d.backup_get_xml_desc, d.migrate_get_max_speed, d.migrate_get_max_downtime,
        d.migrate_get_compression_cache, d.snapshot_num, d.has_managed_save_image,
    ):  # fmt: skip
        ask(bound)
    ask(d.get_vcpus, 2, 1)
    ask(d.get_vcpu_pin_info, 2, 1)
    ask(d.get_emulator_pin_info, 1)
    ask(d.get_cpu_stats, 0, -1, 1)
    ask(d.block_stats, "vda")
    ask(d.block_stats_flags, "vda")
    ask(d.get_block_info, "vda")
    ask(d.get_block_job_info, "vda")
    ask(d.get_block_io_tune, "vda")
    ask(d.block_peek, "vda", 0, 512)
    ask(d.memory_peek, 0, 512, 2)
    ask(d.interface_stats, "52:54:00:00:00:01")
    ask(d.get_interface_parameters, "52:54:00:00:00:01")
    ask(d.interface_addresses, 0)
    ask(d.get_guest_info, 1)
    ask(d.authorized_ssh_keys_get, "root")
    ask(c.get_all_domain_stats, [d], 0)
    ask(d.monitor_command, '{"execute":"query-version"}')
    ask(d.agent_command, '{"execute":"guest-ping"}', 1)
    ask(c.domain_attach, 1)


def tuning(w: World, d: Domain) -> None:
    ask = w.ask
    ask(d.set_autostart, 0)
    ask(d.set_autostart_once, 0)
    ask(d.set_memory, 16384)
    ask(d.set_memory_flags, 16384, 1)
    ask(d.set_max_memory, 32768)
    ask(d.set_memory_stats_period, 1)
    ask(d.set_memory_parameters, params(hard_limit=("ullong", 1 << 30)))
    ask(d.set_blkio_parameters, params(weight=("uint", 500)))
    ask(d.set_numa_parameters, params(numa_nodeset=("string", "0")), 1)
    ask(d.set_scheduler_parameters, params(cpu_shares=("ullong", 1024)))
    ask(d.set_scheduler_parameters_flags, params(cpu_shares=("ullong", 1024)), 1)
    ask(d.set_interface_parameters, "52:54:00:00:00:01", params(**{"inbound.average": ("uint", 9)}))
    ask(d.set_block_io_tune, "vda", params(total_bytes_sec=("ullong", 1 << 30)))
    ask(d.set_throttle_group, "group", params(total_bytes_sec=("ullong", 1 << 30)))
    ask(d.del_throttle_group, "group")
    ask(d.set_perf_events, params(cmt=("boolean", False)))
    ask(d.set_vcpus, 1)
    ask(d.set_vcpus_flags, 1, 1)
    ask(d.set_vcpu, "1", 1)
    ask(d.set_guest_vcpus, "0", 1)
    ask(d.pin_vcpu, 0, b"\1")
    ask(d.pin_vcpu_flags, 0, b"\1", 1)
    ask(d.pin_emulator, b"\1")
    ask(d.pin_iothread, 1, b"\1")
    ask(d.add_iothread, 2, 1)
    ask(d.set_iothread_params, 2, params(poll_max_ns=("ullong", 1000)), 1)
    ask(d.del_iothread, 2, 1)
    ask(d.set_metadata, 0, "a text", None, None, 1)
    ask(d.get_metadata, 0, None, 1)
    ask(d.set_user_password, "root", "x")
    ask(d.set_time, 0, 0)
    ask(d.agent_set_response_timeout, 1)
    ask(d.authorized_ssh_keys_set, "root", ["ssh-ed25519 x"])
    ask(d.fsfreeze, [])
    ask(d.fsthaw, [])
    ask(d.fstrim, None, 0)
    ask(d.send_key, 0, 1, [30])
    ask(d.send_process_signal, 1, 0)
    ask(d.inject_nmi)
    ask(d.set_lifecycle_action, 0, 0)
    ask(d.graphics_reload, 0)
    ask(d.announce_interface, None, params(rounds=("uint", 1)))
    ask(d.set_launch_security_state, params(**{"sev-secret": ("string", "x")}))
    ask(d.start_dirty_rate_calc, 1)


def devices(w: World, d: Domain) -> None:
    ask, folder = w.ask, w.folder
    disk = DISK.format(make_disk(folder / "second.qcow2"))
    make_disk(folder / "third.qcow2")
    ask(d.attach_device, disk)
    ask(d.update_device_flags, disk, 1)
    ask(d.detach_device, disk)
    time.sleep(0.1)  # the guest has to let go of it
    ask(d.attach_device_flags, disk.replace("vdb", "vdc").replace("second", "third"), 1)
    ask(d.detach_device_flags, disk.replace("vdb", "vdc").replace("second", "third"), 1)
    ask(d.detach_device_alias, "ua-none")
    w.streamed(d.open_console, None)
    w.streamed(d.open_channel, None)
    w.streamed(d.screenshot, 0)
    end = ask(d.open_graphics_fd, 0)
    if end is not None:
        os.close(end)
    near, far = socket.socketpair()
    with near, far:
        ask(d.open_graphics, 0, far.fileno())
        ask(d.fd_associate, "files", [far.fileno()])
        ask(d.monitor_command_with_files, '{"execute":"query-version"}', [far.fileno()])
    for end in ask(d.open_namespace) or ():
        os.close(end)


def blocks(w: World, d: Domain) -> None:
    """Jobs, while the guest runs; they are so short that they end before the next is asked for."""
    ask = w.ask
    ask(d.set_block_threshold, "vda", 1 << 19)
    ask(d.block_resize, "vda", 2048)
    ask(d.block_pull, "vda", 0)
    ask(d.block_job_set_speed, "vda", 1)
    ask(d.block_job_abort, "vda")
    ask(d.block_rebase, "vda", None, 0)
    ask(d.block_commit, "vda", None, None, 0)
    copy = f"<disk type='file'><driver type='qcow2'/><source file='{w.folder}/copy.qcow2'/></disk>"
    ask(d.block_copy, "vda", copy, params(), 4)  # transient
    time.sleep(0.2)
    ask(d.block_job_abort, "vda")
    settle(w, d)
    backup = f"<domainbackup><disks><disk name='vda' type='file'><target file='{w.folder}/b'/>"
    ask(d.backup_begin, backup + "</disk></disks></domainbackup>")
    settle(w, d)


def settle(w: World, d: Domain) -> None:
    """Wait until no job runs."""
    limit = time.monotonic() + 10
    while not w.test and time.monotonic() < limit:
        time.sleep(0.05)
        if d.get_job_info().type == 0 and "<mirror" not in d.get_xml_desc():
            return


def moments(w: World, d: Domain) -> None:
    ask = w.ask
    for name in ("b", "c"):
        ask(d.checkpoint_create_xml, f"<domaincheckpoint><name>{name}</name></domaincheckpoint>")
    found = ask(d.checkpoint_lookup_by_name, "c") or Checkpoint(w.connection, "c", d)
    ask(d.list_all_checkpoints)
    for bound in (found.get_xml_desc, found.get_parent, found.list_all_children, found.delete):
        ask(bound)
    made = ask(d.snapshot_create_xml, "<domainsnapshot><name>s</name></domainsnapshot>")
    s = ask(d.snapshot_lookup_by_name, "s") or made or Snapshot(w.connection, "s", d)
    ask(d.snapshot_create_xml, "<domainsnapshot><name>t</name></domainsnapshot>")
    child = Snapshot(w.connection, "t", d)
    for bound in (
        d.snapshot_num, d.snapshot_list_names, d.list_all_snapshots, d.has_current_snapshot,
        d.snapshot_current, s.get_xml_desc, child.get_parent, s.num_children,
        s.list_children_names, s.list_all_children, s.get_is_current, s.has_metadata,
        s.revert_to_snapshot, child.delete, s.delete,
    ):  # fmt: skip
        ask(bound)


def lives(w: World) -> None:
    """Starting, saving, stopping, in every way there is."""
    ask, c, folder = w.ask, w.connection, w.folder
    spare = ask(c.domain_define_xml, w.guest("spare"))
    ask(c.domain_define_xml_flags, w.guest("spare"), 1)
    ask(spare.create)
    ask(spare.suspend)
    ask(spare.resume)
    ask(spare.core_dump, f"{folder}/core", 4)
    ask(spare.core_dump_with_format, f"{folder}/core2", 0, 8)
    ask(spare.pm_suspend_for_duration, 0, 0)
    ask(spare.pm_wakeup)
    ask(spare.reset)
    ask(spare.reboot)
    ask(spare.destroy)
    ask(spare.create_with_flags, 0)
    ask(spare.save, f"{folder}/saved")
    image = f"{folder}/saved"
    text = ask(c.domain_save_image_get_xml_desc, image) or ""
    ask(c.domain_save_image_define_xml, image, text)
    ask(c.domain_restore, image)
    ask(spare.save_flags, image)
    ask(c.domain_restore_flags, image)
    ask(spare.save_params, params(file=("string", image)))
    ask(c.domain_restore_params, params(file=("string", image)))
    ask(spare.managed_save)
    ask(spare.has_managed_save_image)
    text = ask(spare.managed_save_get_xml_desc)
    ask(spare.managed_save_define_xml, text)
    ask(spare.managed_save_remove)
    ask(spare.create_with_files, [])
    ask(spare.create)
    ask(spare.destroy_flags)
    ask(spare.create)
    ask(spare.shutdown)
    ask(spare.create)
    ask(spare.shutdown_flags, 0 if w.test else 1)
    ask(spare.destroy)
    ask(spare.rename, "renamed")
    ask(c.domain_lookup_by_name("renamed").undefine)
    ask(c.domain_define_xml, w.guest("spare"))
    ask(spare.undefine_flags, 0 if w.test else KEEPING)
    for make, *rest in ((c.domain_create_xml,), (c.domain_create_xml_with_files, [])):
        made = ask(make, w.guest("passing"), *rest)
        if made is not None:
            made.destroy()


def migration(w: World, d: Domain) -> None:
    """Asked for what cannot be: the steps by themselves are refused, well."""
    ask, c, text = w.ask, w.connection, w.guest("moving")
    given = params(destination_xml=("string", text), destination_name=("string", "moving"))
    ask(d.migrate_set_max_downtime, 100)
    ask(d.migrate_set_max_speed, 100)
    ask(d.migrate_set_compression_cache, 1 << 20)
    ask(d.migrate_start_post_copy)
    flags = UNSAFE
    begun = ask(d.migrate_begin3, None, flags | CHANGE_PROTECTION, None, 0)
    ask(d.migrate_confirm3, b"" if begun is None else begun.cookie_out, flags, 1)
    begun = ask(d.migrate_begin3_params, params(), flags | CHANGE_PROTECTION)
    ask(d.migrate_confirm3_params, params(), b"" if begun is None else begun.cookie_out, flags, 1)
    ask(d.migrate_perform, b"", "tcp:127.0.0.1:1", 1, None, 0)
    # libvirtd 9.0.0 dies of a good flag with a cookie that is none
    ask(d.migrate_perform3, None, b"", None, "tcp:127.0.0.1:1", 1 << 30, None, 0)
    uri = params(migrate_uri=("string", "tcp:127.0.0.1:1"))
    ask(d.migrate_perform3_params, None, uri, b"", 1 << 30)
    ask(c.domain_migrate_prepare, None, 1, "moving", 0)
    ask(c.domain_migrate_prepare2, None, 1, "moving", 0, "<domain/>")
    ask(c.domain_migrate_prepare3, b"", None, 1, "moving", 0, "<domain/>")
    ask(c.domain_migrate_prepare3_params, params(destination_xml=("string", "<domain/>")), b"", 1)
    w.streamed(c.domain_migrate_prepare_tunnel, 1, "moving", 0, "<domain/>")
    w.streamed(c.domain_migrate_prepare_tunnel3, b"", 1, "moving", 0, "<domain/>")
    w.streamed(c.domain_migrate_prepare_tunnel3_params, given, b"", 1)
    ask(c.domain_migrate_finish, "moving", b"", "tcp:127.0.0.1:1", 1)
    ask(c.domain_migrate_finish2, "moving", b"", "tcp:127.0.0.1:1", 1, 1)
    ask(c.domain_migrate_finish3, "moving", b"", None, None, 1, 1)
    ask(c.domain_migrate_finish3_params, given, b"", 1, 1)


# ------------------------------------------------------------------------------- beside them


def networks(w: World) -> None:
    ask, c = w.ask, w.connection
    own = UUID.format(1)
    document = NETWORK.format("tour", f"<uuid>{own}</uuid>")
    n = ask(c.network_define_xml, document) or w.handle(Network, "tour", own)
    ask(c.network_define_xml_flags, document, 1)
    ask(c.network_lookup_by_name, "tour")
    ask(c.network_lookup_by_uuid, own)
    ask(n.create)
    for bound in (
        c.num_of_networks, c.list_networks, c.num_of_defined_networks, c.list_defined_networks,
        c.list_all_networks, n.get_xml_desc, n.get_autostart, n.get_bridge_name, n.is_active,
        n.is_persistent, n.get_dhcp_leases, n.list_all_ports,
    ):  # fmt: skip
        ask(bound)
    ask(n.set_autostart, 0)
    ask(n.update, 3, 9, -1, "<portgroup name='g'/>", 2)
    ask(n.set_metadata, 0, "a text")
    ask(n.get_metadata, 0)
    port_uuid = UUID.format(2)
    port = ask(n.port_create_xml, PORT.format(port_uuid, UUID.format(3)))
    port = ask(n.port_lookup_by_uuid, port_uuid) or port or w.handle(NetworkPort, n, port_uuid)
    ask(port.get_xml_desc)
    ask(port.set_parameters, params(**{"inbound.average": ("uint", 10)}))
    ask(port.get_parameters)
    ask(port.delete)
    ask(n.destroy)
    ask(n.undefine)
    for make in (c.network_create_xml, c.network_create_xml_flags):
        made = ask(make, NETWORK.format("passing", ""))
        if made is not None:
            made.destroy()


def interfaces(w: World) -> None:
    ask, c = w.ask, w.connection
    for bound in (
        c.num_of_interfaces, c.list_interfaces, c.num_of_defined_interfaces,
        c.list_defined_interfaces, c.list_all_interfaces,
    ):  # fmt: skip
        ask(bound)
    name, mac = ("eth1", "aa:bb:cc:dd:ee:ff") if w.test else ("lo", "00:00:00:00:00:00")
    ask(c.interface_lookup_by_mac_string, mac)
    i = ask(c.interface_lookup_by_name, name) or w.handle(Interface, name, mac)
    text = ask(i.get_xml_desc) or ""
    ask(i.is_active)
    if not w.test:  # the host's own interfaces are left as they are
        i = w.handle(Interface, "vsh-none", "")
        text = "<interface type='ethernet' name='vsh-none'/>"
    ask(c.interface_change_begin)
    ask(c.interface_change_commit)
    ask(c.interface_change_begin)
    ask(c.interface_change_rollback)
    ask(c.interface_define_xml, text)
    ask(i.destroy)
    ask(i.create)
    ask(i.undefine)


def storage(w: World) -> None:
    ask, c = w.ask, w.connection
    path = w.folder / "pool"
    p = ask(c.storage_pool_define_xml, POOL.format("tour", path)) or w.handle(Pool, "tour", "")
    ask(p.build)
    ask(p.create)
    ask(c.storage_pool_lookup_by_name, "tour")
    ask(c.storage_pool_lookup_by_uuid, p.uuid)
    ask(c.storage_pool_lookup_by_target_path, str(path))
    ask(c.find_storage_pool_sources, "dir")
    v = ask(p.vol_create_xml, VOLUME.format("one.img")) or w.handle(Volume, "tour", "one.img", "k")
    other = ask(p.vol_create_xml_from, VOLUME.format("two.img"), v)
    ask(p.vol_lookup_by_name, "one.img")
    ask(c.storage_vol_lookup_by_key, v.key)
    ask(c.storage_vol_lookup_by_path, str(path / "one.img"))
    for bound in (
        c.num_of_storage_pools, c.list_storage_pools, c.num_of_defined_storage_pools,
        c.list_defined_storage_pools, c.list_all_storage_pools, p.get_info, p.get_xml_desc,
        p.get_autostart, p.is_active, p.is_persistent, p.num_of_volumes, p.list_volumes,
        p.list_all_volumes, p.refresh, v.get_info, v.get_info_flags, v.get_xml_desc, v.get_path,
        v.pool_lookup_by_volume, v.wipe,
    ):  # fmt: skip
        ask(bound)
    ask(v.wipe_pattern, 0)
    ask(v.resize, 2 << 20)
    ask(p.set_autostart, 0)
    w.streamed(v.upload, 0, 0)
    w.streamed(v.download, 0, 0)
    for volume in (v, other):
        if volume is not None:
            ask(volume.delete)
    ask(p.destroy)
    ask(p.delete)
    ask(p.undefine)
    path.mkdir(exist_ok=True)
    made = ask(c.storage_pool_create_xml, POOL.format("passing", path))
    if made is not None:
        made.destroy()


def secrets(w: World) -> None:
    ask, c = w.ask, w.connection
    ask(c.num_of_secrets)
    s = ask(c.secret_define_xml, SECRET) or w.handle(Secret, UUID.format(4), 1, "/v")
    ask(c.list_secrets)
    ask(c.list_all_secrets)
    ask(c.secret_lookup_by_uuid, s.uuid)
    ask(c.secret_lookup_by_usage, 1, "/v")
    ask(s.get_xml_desc)
    ask(s.set_value, b"\0value")
    ask(s.get_value)
    ask(s.undefine)


def filters(w: World) -> None:
    ask, c = w.ask, w.connection
    f = ask(c.nwfilter_define_xml, FILTER) or w.handle(Nwfilter, "vsh-tour", UUID.format(5))
    ask(c.nwfilter_define_xml_flags, FILTER.replace("drop", "accept"))
    for bound in (c.num_of_nwfilters, c.list_nwfilters, c.list_all_nwfilters, f.get_xml_desc):
        ask(bound)
    ask(c.nwfilter_lookup_by_name, f.name)
    ask(c.nwfilter_lookup_by_uuid, f.uuid)
    b = ask(c.nwfilter_binding_create_xml, BINDING.format(UUID.format(6)))
    b = b or w.handle(NwfilterBinding, "vsh-none", f.name)
    ask(c.nwfilter_binding_lookup_by_port_dev, "vsh-none")
    ask(c.list_all_nwfilter_bindings)
    ask(b.get_xml_desc)
    ask(b.delete)
    ask(f.undefine)


def node_devices(w: World) -> None:
    ask, c = w.ask, w.connection
    for bound in (c.node_num_of_devices, c.node_list_devices, c.list_all_node_devices):
        ask(bound)
    n = ask(c.node_device_lookup_by_name, "computer") or w.handle(NodeDevice, "computer")
    ask(c.node_device_lookup_scsi_host_by_wwn, "2000000012341234", "1000000012341234")
    for bound in (
        n.get_xml_desc, n.get_parent, n.num_of_caps, n.list_caps, n.is_active, n.is_persistent,
        n.get_autostart,
    ):  # fmt: skip
        ask(bound)
    n = w.handle(NodeDevice, "vsh_none")  # the host's own devices are left as they are
    made = ask(c.node_device_create_xml, DEVICE if w.test else "<device/>")
    ask(c.node_device_define_xml, DEVICE)
    for bound in (
        n.dettach, n.re_attach, n.reset, n.detach_flags, (made or n).destroy, n.create, n.undefine,
    ):  # fmt: skip
        ask(bound)
    ask(n.set_autostart, 0)
    ask(n.update, DEVICE)


def handshake(w: World) -> None:
    """What belongs to the beginning and the end, asked at the end."""
    c = w.connection
    for name, *values in (
        ("auth_list",),
        ("auth_polkit",),
        ("auth_sasl_init",),
        ("auth_sasl_start", "PLAIN", 1, b""),
        ("auth_sasl_step", 1, b""),
        ("connect_open", "qemu:///system", 0),
        ("connect_close",),
    ):
        w.ask(BoundCall(vars(Handshake)[name], c), *values)


def go_round(w: World) -> None:
    host(w)
    events(w)
    guest = w.connection.domain_create_xml(w.guest("tour"))
    reading(w, guest)
    tuning(w, guest)
    devices(w, guest)
    blocks(w, guest)
    migration(w, guest)
    w.ask(guest.destroy)
    spare = w.connection.domain_define_xml(w.guest("moments"))
    spare.create()
    moments(w, spare)
    w.ask(spare.destroy)
    spare.undefine_flags(0 if w.test else KEEPING)
    lives(w)
    for beside in (networks, interfaces, storage, secrets, filters, node_devices):
        beside(w)
    assert w.connection.get_hostname()
    handshake(w)


@pytest.mark.parametrize(
    ("scheme", "path", "floor"),
    [("qemu", "/system", ANSWERED_BY_QEMU), ("test", "/default", ANSWERED_BY_TEST)],
    ids=["qemu", "test"],
)
def test_every_procedure(libvirtd, tour, tmp_path, scheme, path, floor):
    connection = Connection(remote(libvirtd.uri_of(scheme, path)))
    connection.driver.timeout = 60
    go_round(World(tour.ask, connection, tmp_path))
    connection.driver.link.close()
    missed = sorted(call.slot for call in calls().values() if call not in tour.outcomes)
    assert missed == []
    assert len(tour.outcomes) == len(calls())
    assert tour.answered >= floor
