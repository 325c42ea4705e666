"""What libvirt's QEMU driver adds to a guest's document: defaults and addresses, with no daemon and
no guest; and QEMU's command lines.

All of it is functions of models; what depends on the QEMU program is in an ``Emulator``.
"""

FORMATS = {"argv": ("write",)}
