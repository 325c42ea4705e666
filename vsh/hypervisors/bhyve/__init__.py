"""What libvirt's bhyve driver adds to a guest's document: defaults and addresses, with no host."""
