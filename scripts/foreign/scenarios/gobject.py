"""libvirt-glib by introspection: what GNOME's programs use."""

import gi

gi.require_version("LibvirtGObject", "1.0")
gi.require_version("LibvirtGConfig", "1.0")
from gi.repository import GLib, LibvirtGConfig, LibvirtGObject  # noqa: E402 - of these versions

LibvirtGObject.init_object_check(None)
LibvirtGConfig.init_check(None)
connection = LibvirtGObject.Connection.new("qemu:///system")
told = []
connection.connect("domain-added", lambda c, domain: told.append(f"added {domain.get_name()}"))
connection.connect("domain-removed", lambda c, domain: told.append(f"removed {domain.get_name()}"))
connection.open(None)
print(connection.is_open(), connection.is_read_only(), connection.get_node_info().cpus > 0)
connection.fetch_domains(None)
connection.fetch_storage_pools(None)
print(len(connection.get_capabilities().get_guests()) > 0)


def turn(done):
    """Let GLib's loop run until something is so."""
    context = GLib.MainContext.default()
    timer = GLib.timeout_add_seconds(1, lambda: GLib.SOURCE_CONTINUE)
    for _ in range(100000):
        if done():
            break
        context.iteration(True)  # noqa: FBT003 - whether it may wait
    GLib.source_remove(timer)


with open("guest.xml") as file:
    config = LibvirtGConfig.Domain.new_from_xml(file.read())
domain = connection.create_domain(config)
for signal in ("started", "suspended", "resumed", "stopped"):
    domain.connect(signal, lambda d, *rest: told.append(rest[-1]), signal)
domain.connect("started::booted", lambda *_: told.append("booted"))
print(domain.get_name(), domain.get_persistent(), domain.get_saved())
domain.start(0)
turn(lambda: "started" in told)
info = domain.get_info()
print(info.state, info.maxMem, info.nrVirtCpu)
domain.suspend()
turn(lambda: "suspended" in told)
domain.resume()
turn(lambda: "resumed" in told)
shot = LibvirtGConfig.DomainSnapshot.new()
shot.set_name("one")
snapshot = domain.create_snapshot(shot, 0)
domain.fetch_snapshots(0, None)
print([each.get_name() for each in domain.get_snapshots()], snapshot.get_is_current(0)[-1])
snapshot.delete(0)
kind = LibvirtGConfig.DomainDisk
device = next(each for each in domain.get_config(0).get_devices() if isinstance(each, kind))
print(device.get_target_dev(), device.get_driver_format())
stream = connection.get_stream(0)
domain.open_console(stream, None, 1)
stream.close(None)
print("console closed", stream.is_closed())
domain.stop(0)
turn(lambda: "stopped" in told)
domain.delete(0)
turn(lambda: "removed guest" in told)
print(sorted(told))
try:
    connection.create_domain(LibvirtGConfig.Domain.new())
except GLib.Error as error:
    print(error.message)
connection.close()
