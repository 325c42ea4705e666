"""Take a snapshot of a domain, and keep only the newest COUNT: URI DOMAIN COUNT NAME..."""

import sys
from xml.etree import ElementTree

import libvirt


def age(snapshot):
    root = ElementTree.fromstring(snapshot.getXMLDesc())
    return int(root.findtext("creationTime")), snapshot.getName()


uri, name, count, *new = sys.argv[1:]
connection = libvirt.open(uri)
try:
    domain = connection.lookupByName(name)
    for word in new:
        root = ElementTree.Element("domainsnapshot")
        ElementTree.SubElement(root, "name").text = word
        domain.snapshotCreateXML(ElementTree.tostring(root, encoding="unicode"))
    by_age = sorted(domain.listAllSnapshots(), key=age)
    for snapshot in by_age[: -int(count)]:
        snapshot.delete()
    print(*sorted(snapshot.getName() for snapshot in domain.listAllSnapshots()))
finally:
    connection.close()
