"""What libvirt's bhyve driver adds to a guest's document: defaults and addresses, with no host; and
the command lines of FreeBSD's hypervisor.
"""

FORMATS = {"argv": ("read", "write")}
