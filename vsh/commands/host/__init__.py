"""The host and the hypervisor."""

TITLE = "Host and Hypervisor"
ORDER = (
    "allocpages",
    "capabilities",
    "cpu-baseline",
    "cpu-compare",
    "cpu-models",
    "domcapabilities",
    "freecell",
    "freepages",
    "hostname",
    "hypervisor-cpu-baseline",
    "hypervisor-cpu-compare",
    "hypervisor-cpu-models",
    "maxvcpus",
    "node-memory-tune",
    "nodecpumap",
    "nodecpustats",
    "nodeinfo",
    "nodememstats",
    "nodesevinfo",
    "nodesuspend",
    "sysinfo",
    "uri",
    "version",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
