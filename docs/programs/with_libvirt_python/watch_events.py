"""Print what happens to domains, for some seconds: time, name, and what it was."""

import sys
import threading
import time
from datetime import UTC, datetime

import libvirt

CHANGES = {
    libvirt.VIR_DOMAIN_EVENT_DEFINED: "Defined",
    libvirt.VIR_DOMAIN_EVENT_UNDEFINED: "Undefined",
    libvirt.VIR_DOMAIN_EVENT_STARTED: "Started",
    libvirt.VIR_DOMAIN_EVENT_SUSPENDED: "Suspended",
    libvirt.VIR_DOMAIN_EVENT_RESUMED: "Resumed",
    libvirt.VIR_DOMAIN_EVENT_STOPPED: "Stopped",
    libvirt.VIR_DOMAIN_EVENT_SHUTDOWN: "Shutdown",
    libvirt.VIR_DOMAIN_EVENT_PMSUSPENDED: "PMSuspended",
    libvirt.VIR_DOMAIN_EVENT_CRASHED: "Crashed",
}


def run_events():
    while True:
        libvirt.virEventRunDefaultImpl()


def happened(connection, domain, event, detail, opaque):
    print(datetime.now(UTC).isoformat(), domain.name(), CHANGES[event], flush=True)


libvirt.virEventRegisterDefaultImpl()
threading.Thread(target=run_events, daemon=True).start()
connection = libvirt.open(sys.argv[1])
try:
    number = connection.domainEventRegisterAny(
        None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, happened, None
    )
    for name in sys.argv[3:]:  # to see something: suspend these
        connection.lookupByName(name).suspend()
    time.sleep(float(sys.argv[2]))
    connection.domainEventDeregisterAny(number)
finally:
    connection.close()
