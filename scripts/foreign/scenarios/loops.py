"""Three loops of events (libvirt's own, asyncio's, GLib's), each with 200 domains and a callback
for every one of them beside one for all."""

import collections
import subprocess
import sys
import threading
import time

COUNT = 200
PLACES = ("qemu:///system", "test+unix:///default?socket=/run/libvirt/libvirt-sock")
DOMAIN = """<domain type='{}'><name>d{}</name><memory unit='MiB'>8</memory>
<os><type>hvm</type></os></domain>"""


def own():
    """libvirt's loop."""
    import libvirt

    libvirt.virEventRegisterDefaultImpl()

    def turn():
        while True:
            libvirt.virEventRunDefaultImpl()

    return turn


def aio():
    """The one that libvirt-python has for asyncio."""
    import asyncio

    import libvirtaio

    loop = asyncio.new_event_loop()
    libvirtaio.virEventRegisterAsyncIOImpl(loop)
    return loop.run_forever


def glib():
    """GLib's."""
    import gi

    gi.require_version("LibvirtGLib", "1.0")
    from gi.repository import GLib, LibvirtGLib

    LibvirtGLib.event_register()
    return GLib.MainLoop().run


def day(place):
    """What 200 domains do, as all callbacks together were told of it."""
    import libvirt

    told, each = collections.Counter(), collections.Counter()
    connection = libvirt.open(place)
    connection.domainEventRegisterAny(
        None, 0, lambda c, d, what, why, o: told.update([(what, why)]), None
    )
    kind = place.partition(":")[0].partition("+")[0]
    domains = [connection.defineXML(DOMAIN.format(kind, number)) for number in range(COUNT)]
    numbers = [
        connection.domainEventRegisterAny(
            domain, 0, lambda c, d, what, why, name: each.update([(name, d.name())]), domain.name()
        )
        for domain in domains
    ]
    for domain in domains:
        if kind == "test":
            domain.create()
            domain.suspend()
            domain.resume()
            domain.destroy()
        domain.undefine()
    acts = 6 if kind == "test" else 2
    until = time.monotonic() + 60
    while told.total() < acts * COUNT or each.total() < (acts - 1) * COUNT:
        if time.monotonic() > until:
            break
        time.sleep(0.01)
    for number in numbers:
        connection.domainEventDeregisterAny(number)
    print(kind, sorted(told.items()))
    print(len(each), set(each.values()), {name == of for name, of in each})
    print(connection.close())


if len(sys.argv) > 1:
    loop = {"own": own, "aio": aio, "glib": glib}[sys.argv[1]]()
    threading.Thread(target=loop, daemon=True).start()
    for where in PLACES:
        day(where)
else:
    for word in ("own", "aio", "glib"):
        done = subprocess.run(
            [sys.executable, __file__, word], capture_output=True, text=True, timeout=100
        )
        print(word, done.returncode, done.stdout, done.stderr[-2000:])
