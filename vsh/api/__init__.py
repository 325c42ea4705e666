"""What can be asked of libvirt: declarations only."""
