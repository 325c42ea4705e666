"""What each command that tells something gives to programs: one object or rows, and its keys.

The keys are those of ``vsh/output/keys.py``, which has their types.  Which of them are there
depends on options and on what the hypervisor knows.  A test plays the golden stories against
this table.
"""

from __future__ import annotations


class Told:
    """What a command tells.

    shape  "one" object, or "rows"; "either" where an option decides
    keys   the keys of the object, or of each row
    """

    __slots__ = ("keys", "shape")

    def __init__(self, shape: str, keys: str) -> None:
        self.shape = shape
        self.keys = tuple(keys.split())


RESULTS = {
    "attach-disk": Told("one", "xml message document"),
    "attach-interface": Told("one", "xml document"),
    "autostart": Told("one", "message domain"),
    "blkdeviotune": Told(
        "one",
        "total_bytes_sec read_bytes_sec write_bytes_sec total_iops_sec read_iops_sec "
        "write_iops_sec total_bytes_sec_max read_bytes_sec_max write_bytes_sec_max "
        "total_iops_sec_max read_iops_sec_max write_iops_sec_max size_iops_sec "
        "group_name total_bytes_sec_max_length read_bytes_sec_max_length "
        "write_bytes_sec_max_length total_iops_sec_max_length read_iops_sec_max_length "
        "write_iops_sec_max_length",
    ),
    "blkiotune": Told(
        "one",
        "domain weight device_weight device_read_iops_sec device_write_iops_sec "
        "device_read_bytes_sec device_write_bytes_sec",
    ),
    "blockcopy": Told("one", "xml document"),
    "capabilities": Told("one", "nodes xml document"),
    "checkpoint-create": Told("one", "message name file"),
    "checkpoint-create-as": Told("one", "xml message name document"),
    "checkpoint-delete": Told("one", "message name"),
    "checkpoint-dumpxml": Told("one", "xml document"),
    "checkpoint-edit": Told("one", "message name"),
    "checkpoint-export": Told("one", "message count domain where current_name moments"),
    "checkpoint-import": Told(
        "either",
        "name action parent file current diff message domain kind summary current_name moments",
    ),
    "checkpoint-info": Told("one", "name domain parent children descendants"),
    "checkpoint-list": Told("rows", "name children parent created description domain"),
    "checkpoint-parent": Told("one", "name"),
    "cpu-baseline": Told("one", "xml document"),
    "cpu-models": Told("either", "model message"),
    "cpu-stats": Told("one", "domain cpus total"),
    "create": Told("one", "message name file"),
    "define": Told("one", "message name file"),
    "desc": Told("one", "description message"),
    "destroy": Told("one", "message domain"),
    "detach-disk": Told("one", "xml document"),
    "domblkerror": Told("rows", "target error"),
    "domblkinfo": Told("either", "capacity_bytes allocation_bytes physical_bytes target"),
    "domblklist": Told("rows", "target source type device"),
    "domblkstat": Told("one", "target read_requests read_bytes write_requests write_bytes errors"),
    "domcapabilities": Told("one", "nodes"),
    "domcontrol": Told("one", "state"),
    "domdisplay": Told("either", "uri"),
    "domfsfreeze": Told("one", "message count"),
    "domfsinfo": Told("rows", "mountpoint name type targets"),
    "domfsthaw": Told("one", "message count"),
    "domfstrim": Told("one", "domain"),
    "domhostname": Told("one", "hostname"),
    "domid": Told("one", "id"),
    "domif-getlink": Told("one", "interface state"),
    "domif-setlink": Told("one", "xml document"),
    "domifaddr": Told("rows", "interface mac protocol address"),
    "domiflist": Told("rows", "interface type source model mac"),
    "domifstat": Told(
        "one",
        "interface received_bytes received_packets received_errors received_dropped "
        "sent_bytes sent_packets sent_errors sent_dropped",
    ),
    "domiftune": Told(
        "one",
        "domain inbound_average_bytes_per_second inbound_peak_bytes_per_second "
        "inbound_burst_bytes inbound_floor_bytes_per_second "
        "outbound_average_bytes_per_second outbound_peak_bytes_per_second "
        "outbound_burst_bytes",
    ),
    "dominfo": Told(
        "one",
        "id name uuid os_type state vcpus cpu_time_ns max_memory_bytes "
        "used_memory_bytes persistent autostart managed_save security_model "
        "security_doi security_label security_enforcing",
    ),
    "dommemstat": Told(
        "one",
        "actual_bytes swap_in_bytes swap_out_bytes major_fault minor_fault unused_bytes "
        "available_bytes usable_bytes last_update disk_caches_bytes hugetlb_pgalloc "
        "hugetlb_pgfail rss_bytes",
    ),
    "domname": Told("one", "name"),
    "domrename": Told("one", "message"),
    "domstate": Told("one", "state reason"),
    "domstats": Told(
        "rows",
        "name uuid state reason cpu_total balloon vcpus_current vcpus_maximum vcpus "
        "interfaces blocks iothreads perf dirtyrate vm memory cpu raw",
    ),
    "domtime": Told("one", "time"),
    "domuuid": Told("one", "uuid"),
    "domxml-from-native": Told("one", "xml document"),
    "domxml-to-native": Told("one", "configuration"),
    "dump": Told("one", "message domain file"),
    "dumpxml": Told("one", "xml nodes document"),
    "echo": Told("one", "text"),
    "edit": Told("one", "message domain"),
    "emulatorpin": Told("one", "affinity domain"),
    "freecell": Told("one", "cells free_bytes"),
    "freepages": Told("rows", "cell page_bytes free_pages"),
    "help": Told("one", "text commands"),
    "hostname": Told("one", "hostname"),
    "iface-dumpxml": Told("one", "nodes"),
    "iface-list": Told("rows", "name active mac"),
    "iface-mac": Told("one", "mac"),
    "iface-name": Told("one", "name"),
    "iothreadadd": Told("one", "domain"),
    "iothreadinfo": Told("rows", "iothread_id affinity"),
    "list": Told(
        "rows", "id name state uuid persistent autostart title vcpus memory_bytes max_memory_bytes"
    ),
    "managedsave": Told("one", "message domain"),
    "managedsave-remove": Told("one", "message domain"),
    "maxvcpus": Told("one", "max_vcpus"),
    "memtune": Told("one", "hard_limit_bytes soft_limit_bytes swap_hard_limit_bytes domain"),
    "metadata": Told("one", "message xml document"),
    "net-autostart": Told("one", "message network autostart"),
    "net-dumpxml": Told("one", "nodes"),
    "net-info": Told("one", "name uuid active persistent autostart bridge"),
    "net-list": Told("rows", "name active autostart persistent uuid title"),
    "net-name": Told("one", "name"),
    "net-uuid": Told("one", "uuid"),
    "nodecpumap": Told("one", "present online cpus"),
    "nodecpustats": Told(
        "one",
        "user_ns kernel_ns idle_ns iowait_ns guest_ns usage_percent user_percent "
        "kernel_percent idle_percent iowait_percent guest_percent",
    ),
    "nodedev-info": Told("one", "name parent active persistent autostart"),
    "nodedev-list": Told("rows", "name children"),
    "nodeinfo": Told("one", "model cpus mhz sockets cores threads numa_nodes memory_bytes"),
    "numatune": Told("one", "domain numa_mode numa_nodeset"),
    "perf": Told("rows", "event enabled"),
    "pool-create-as": Told("one", "xml document"),
    "pool-define-as": Told("one", "xml document"),
    "pool-info": Told(
        "one",
        "name uuid state active persistent autostart capacity_bytes allocation_bytes "
        "available_bytes",
    ),
    "pool-list": Told(
        "rows",
        "name active autostart uuid state persistent capacity_bytes allocation_bytes "
        "available_bytes",
    ),
    "pool-uuid": Told("one", "uuid"),
    "pwd": Told("one", "directory"),
    "reboot": Told("one", "message domain"),
    "reset": Told("one", "message domain"),
    "restore": Told("one", "message file"),
    "resume": Told("one", "message domain"),
    "save": Told("one", "message domain file"),
    "save-image-dumpxml": Told("one", "nodes"),
    "schedinfo": Told("one", "scheduler weight"),
    "screenshot": Told("one", "message file type"),
    "send-key": Told("one", "domain"),
    "send-process-signal": Told("one", "domain"),
    "set-user-password": Told("one", "message user domain"),
    "setmem": Told("one", "domain"),
    "setvcpus": Told("one", "domain"),
    "shutdown": Told("one", "message domain"),
    "snapshot-create": Told("one", "message name file"),
    "snapshot-create-as": Told("one", "message name xml document"),
    "snapshot-current": Told("one", "name message xml document"),
    "snapshot-delete": Told("one", "message name"),
    "snapshot-dumpxml": Told("one", "nodes xml document"),
    "snapshot-edit": Told("one", "message name new"),
    "snapshot-export": Told("one", "message count domain where current_name moments"),
    "snapshot-import": Told(
        "either",
        "name action parent file current diff message domain kind summary current_name moments",
    ),
    "snapshot-info": Told(
        "one", "name domain current state location parent children descendants metadata"
    ),
    "snapshot-list": Told(
        "rows", "name created state parent current location description domain children"
    ),
    "snapshot-parent": Told("one", "name"),
    "snapshot-revert": Told("one", "message name"),
    "start": Told("one", "message name"),
    "suspend": Told("one", "message domain"),
    "sysinfo": Told("one", "xml document"),
    "undefine": Told("one", "message domain"),
    "uri": Told("one", "uri"),
    "vcpucount": Told(
        "one", "maximum_config maximum_live maximum_guest current_config current_live current_guest"
    ),
    "vcpuinfo": Told("rows", "vcpu cpu state cpu_time_ns affinity"),
    "vcpupin": Told("either", "vcpu affinity"),
    "version": Told("one", "library driver api hypervisor daemon"),
    "vncdisplay": Told("one", "address display"),
    "vol-create-as": Told("one", "xml message volume document"),
    "vol-info": Told("one", "name type capacity_bytes allocation_bytes"),
    "vol-list": Told("rows", "name path type capacity_bytes allocation_bytes key"),
}
"""By command; a command that is not here gives what was done: message, names."""
