"""The devices of a domain, one file each."""

DEVICES = (
    "disks", "interfaces", "sounds", "hostdevs", "videos", "controllers", "smartcards", "serials",
    "parallels", "channels", "consoles", "inputs", "filesystems", "watchdogs", "memballoon", "rngs",
    "nvram", "hubs", "shmems", "tpms", "panics", "memory_devices", "redirdevs", "iommu", "vsock",
    "cryptos", "pstore", "graphics", "audios", "leases",
)  # fmt: skip
"""The order in which libvirt visits devices."""
