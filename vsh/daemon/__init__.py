"""vshd: libvirt's daemon, spoken to by every libvirt client."""
