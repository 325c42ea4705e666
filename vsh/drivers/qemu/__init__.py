"""The QEMU driver: real guests, run by this process and outliving it."""
