"""libvirt-python: everything that a program of a person's own does in one day of a guest."""

import io
import os
import threading
import time

import libvirt

libvirt.registerErrorHandler(lambda *_: None, None)
libvirt.virEventRegisterDefaultImpl()
told = []


def loop():
    while True:
        libvirt.virEventRunDefaultImpl()


threading.Thread(target=loop, daemon=True).start()


def wait_for(*wanted, kept=told):
    until = time.monotonic() + 30
    while not set(wanted) <= set(kept):
        if time.monotonic() > until:
            raise SystemExit(f"not told of {set(wanted) - set(kept)}: {kept}")
        time.sleep(0.01)


connection = libvirt.open("qemu:///system")
print(connection.getType(), connection.isAlive(), connection.isSecure(), connection.isEncrypted())
print(connection.getMaxVcpus("qemu") > 0, len(connection.getInfo()), connection.getURI())
print("<domainCapabilities>" in connection.getDomainCapabilities(virttype="qemu"))
connection.domainEventRegisterAny(
    None,
    libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE,
    lambda c, d, what, why, o: told.append((what, why)),
    None,
)
titles = []
connection.domainEventRegisterAny(
    None,
    libvirt.VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
    lambda c, d, kind, uri, o: titles.append(kind),
    None,
)

with open("guest.xml") as file:
    xml = file.read()
domain = connection.defineXML(xml)
print(domain.name(), domain.isPersistent(), domain.isActive(), domain.autostart(), domain.OSType())
domain.setAutostart(1)
marked = connection.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_AUTOSTART)
print(domain.autostart(), [each.name() for each in marked])
domain.setAutostart(0)
domain.create()
print(domain.state(), domain.maxMemory(), domain.maxVcpus(), domain.info()[:2])
print(connection.numOfDomains())
stream = connection.newStream()
domain.openConsole(None, stream, libvirt.VIR_DOMAIN_CONSOLE_FORCE)
seen = b""
while b"\n" not in seen:
    stream.send(b"abc")
    seen += stream.recv(100)
print("console", b"abc" in seen or b"ready" in seen)
stream.abort()

print(sorted({name.split(".")[0] for name in connection.getAllDomainStats()[0][1]}))
print(len(domain.blockStats("vda")), domain.blockInfo("vda")[0], sorted(domain.memoryStats())[:2])
print(sorted(domain.blockStatsFlags("vda"))[:4])
TITLE, LIVE = libvirt.VIR_DOMAIN_METADATA_TITLE, libvirt.VIR_DOMAIN_AFFECT_LIVE
domain.setMetadata(TITLE, "a title", None, None, LIVE)
wait_for(TITLE, kept=titles)
print(domain.metadata(TITLE, None))
domain.setMetadata(2, "<a b='c'/>", "x", "urn:x", libvirt.VIR_DOMAIN_AFFECT_CONFIG)
print(domain.metadata(2, "urn:x", libvirt.VIR_DOMAIN_AFFECT_CONFIG))
domain.suspend()
domain.resume()
snapshot = domain.snapshotCreateXML("<domainsnapshot><name>one</name></domainsnapshot>")
child = domain.snapshotCreateXML("<domainsnapshot><name>two</name></domainsnapshot>")
print(domain.snapshotNum(), child.getParent().getName(), domain.snapshotCurrent().getName())
print([each.getName() for each in snapshot.listAllChildren()])
print(snapshot.hasMetadata(), snapshot.isCurrent())
domain.revertToSnapshot(snapshot)
snapshot.delete(libvirt.VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN)
print(domain.snapshotListNames(), domain.hasCurrentSnapshot())
domain.managedSave()
print(domain.hasManagedSaveImage(), domain.state())
domain.create()
print(domain.hasManagedSaveImage(), domain.state())
domain.reset()
domain.destroy()
wait_for((0, 0), (2, 0), (3, 0), (4, 0), (5, 1))
print("events", sorted(set(told)))

network = connection.networkDefineXML(
    "<network><name>net</name><bridge name='interop0'/>"
    "<ip address='192.0.2.1' netmask='255.255.255.0'><dhcp><range start='192.0.2.9' "
    "end='192.0.2.20'/></dhcp></ip></network>"
)
network.create()
print(network.bridgeName(), network.isActive(), network.DHCPLeases(), connection.listNetworks())
network.update(3, 4, -1, "<host mac='52:54:00:00:00:01' ip='192.0.2.30'/>", 1)
print("52:54:00:00:00:01" in network.XMLDesc())
network.destroy()
network.undefine()

pool = connection.storagePoolDefineXML(
    f"<pool type='dir'><name>pool</name><target><path>{os.getcwd()}/pool</path></target></pool>"
)
pool.build()
pool.create()
volume = pool.createXML("<volume><name>v</name><capacity unit='MiB'>1</capacity></volume>")
data = bytes(range(256)) * 4096
stream = connection.newStream()
volume.upload(stream, 0, len(data))
rest = io.BytesIO(data)
stream.sendAll(lambda s, size, o: rest.read(size), None)
stream.finish()
stream, back = connection.newStream(), bytearray()
volume.download(stream, 0, 0)
stream.recvAll(lambda s, part, o: back.extend(part) or 0, None)
stream.finish()
print("volume", back == data, volume.info()[:2], pool.numOfVolumes(), pool.info()[0])
copy = pool.createXMLFrom(
    "<volume><name>w</name><capacity unit='MiB'>1</capacity></volume>", volume
)
print(sorted(pool.listVolumes()), copy.key() == copy.path())
print(copy.storagePoolLookupByVolume().name())
volume.delete()
copy.delete()
pool.destroy()
pool.delete()
pool.undefine()

secret = connection.secretDefineXML(
    "<secret private='no'><usage type='ceph'><name>s</name></usage></secret>"
)
secret.setValue(b"geheim")
print(secret.value(), secret.usageType(), secret.usageID(), len(connection.listSecrets()))
secret.undefine()

for call, value in (
    (connection.lookupByName, "none"),
    (connection.networkLookupByName, "none"),
    (connection.storagePoolLookupByName, "none"),
    (connection.defineXML, "<domain/>"),
    (connection.lookupByID, 4711),
    (domain.snapshotLookupByName, "none"),
):
    try:
        call(value)
    except libvirt.libvirtError as error:
        print(error.get_error_code(), error.get_error_domain(), error.get_error_level(), error)
domain.undefine()
print(connection.listDefinedDomains(), connection.close())
