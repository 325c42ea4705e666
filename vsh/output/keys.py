"""The dictionary of keys: what every structured document may say, with one name for one thing.

A key has one type, one unit and one meaning, wherever it stands.  Sizes are bytes, times ns,
moments RFC 3339 in UTC; what is absent is null, lists are lists, ids and UUIDs are strings.
Under ``raw`` and ``attributes`` stand names that are not ours; a number that a hypervisor has and
this dictionary has not stands in ``params`` or ``counters``, with its name and value.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Key:
    """What a key of a document means.

    types    the JSON types of its value, null apart
    unit     what its number counts, or how its text is written; ""
    meaning  what it says, in one line
    of       what is in it: the keys of an object or of each of a list, or the type of each of a
             list ("integer", "string", "any")
    """

    __slots__ = ("meaning", "of", "types", "unit")

    def __init__(self, types: str, unit: str, meaning: str, of: str = "") -> None:
        self.types = tuple(types.split())
        self.unit = unit
        self.meaning = meaning
        self.of = tuple(of.split())


FOREIGN = ("raw", "attributes")
"""Keys under which names stand that are not of this dictionary."""

KEYS = {
    "action": Key("string", "", "what was or would be done with it: add, added, replace, ..."),
    "action_required": Key("boolean", "", "whether something has to be done"),
    "active": Key("boolean", "", "whether it runs or is up now"),
    "actual_bytes": Key("integer", "bytes", "memory that the guest has by its balloon"),
    "address": Key(
        "string",
        "",
        "an IP address, with the length of its prefix where it has one, or an address on a bus",
    ),
    "addresses": Key(
        "array",
        "",
        "IP addresses, with the lengths of their prefixes where they are known",
        "string",
    ),
    "affinity": Key("array", "", "numbers of the host's CPUs that it may run on", "integer"),
    "after": Key("string", "", "how it is after a change"),
    "alias": Key("string", "", "the name of a device in a running domain"),
    "allocation_bytes": Key("integer", "bytes", "what it takes up of where it is stored"),
    "also": Key("string", "", "of how many other documents a problem is true"),
    "answer": Key("any", "", "what a monitor or an agent answered: text, or JSON as it is"),
    "api": Key("string", "", "the version of libvirt's API that this program speaks"),
    "arch": Key("string", "", "an architecture: x86_64"),
    "attributes": Key("object", "", "the attributes of an XML element, by their names"),
    "auth_scheme": Key("string", "", "how a viewer proved who it is"),
    "auto_converge_throttle": Key("integer", "percent", "how much a guest is slowed down"),
    "autostart": Key("boolean", "", "whether it starts with the host"),
    "autostart_once": Key("boolean", "", "whether it starts with the host the next time only"),
    "available_bytes": Key("integer", "bytes", "what is still to be had"),
    "backing_index": Key("integer", "", "the place of an image in the chain of a disk"),
    "balloon": Key(
        "object",
        "",
        "memory by the guest's balloon",
        "current_bytes maximum_bytes swap_in_bytes swap_out_bytes "
        "unused_bytes available_bytes usable_bytes disk_caches_bytes "
        "rss_bytes major_fault minor_fault hugetlb_pgalloc hugetlb_pgfail "
        "last_update counters",
    ),
    "bandwidth_bytes_per_second": Key("integer", "bytes/s", "how fast a job may be; 0 is no limit"),
    "before": Key("string", "", "how it was before a change"),
    "binding": Key("string", "", "a port with a network filter, and its filter"),
    "blocks": Key(
        "array",
        "",
        "disks, with their backing images",
        "index target source backing_index read_requests read_bytes "
        "read_time_ns write_requests write_bytes write_time_ns "
        "flush_requests flush_time_ns errors allocation_bytes "
        "capacity_bytes physical_bytes threshold_bytes counters",
    ),
    "boot": Key("array", "", "what a domain starts from, in order", "string"),
    "bridge": Key("string", "", "the name of a bridge on the host"),
    "buffers_bytes": Key("integer", "bytes", "memory of buffers"),
    "bus": Key("string", "", "what a device is on: virtio, scsi"),
    "bytes_per_second": Key("integer", "bytes/s", "a rate"),
    "cached_bytes": Key("integer", "bytes", "memory of the page cache"),
    "calc_mode": Key("string", "", "how a dirty rate is measured"),
    "calc_period_ns": Key("integer", "ns", "how long a dirty rate is measured"),
    "calc_started": Key("string", "RFC 3339", "when the measuring began"),
    "calc_status": Key("string", "", "how far the measuring is: unstarted, measuring, measured"),
    "cap": Key("integer", "percent", "the most CPU time"),
    "capacity_bytes": Key("integer", "bytes", "how large it looks from inside"),
    "causes": Key("array", "", "the messages of what caused an error, outermost first", "string"),
    "cbitpos": Key("integer", "", "the bit of an address that says that memory is encrypted"),
    "cell": Key("integer", "", "the number of a NUMA cell of the host"),
    "cells": Key("array", "", "NUMA cells of the host", "cell free_bytes"),
    "cert_chain": Key("string", "base64", "a chain of certificates"),
    "change": Key("string", "", "what happened to an object, in small letters"),
    "changed": Key("boolean", "", "whether it is another now"),
    "channel": Key("string", "", "the name of a channel of the guest"),
    "checkpoint": Key("string", "", "the name of a checkpoint"),
    "checkpoints": Key("integer", "", "how many checkpoints there are"),
    "children": Key("integer", "", "how many there are directly below it"),
    "chosen_by": Key("string", "", "where a setting was chosen"),
    "client_id": Key("string", "", "what a DHCP client calls itself"),
    "code": Key("integer", "", "libvirt's number of an error (virErrorNumber)"),
    "command": Key("string", "", "the name of a command"),
    "commands": Key(
        "array",
        "",
        "commands, with what they take",
        "name group help options exclusive examples tells",
    ),
    "comparison": Key("string", "", "how a CPU is to another: identical, superset, incompatible"),
    "completes": Key("string", "", "what completes a value"),
    "compression_bytes": Key("integer", "bytes", "memory that was sent compressed"),
    "compression_cache_bytes": Key(
        "integer", "bytes", "the cache for compressing pages during a migration"
    ),
    "compression_cache_misses": Key("integer", "", "pages that were not in the cache"),
    "compression_overflow": Key("integer", "", "pages that became larger by compression"),
    "compression_pages": Key("integer", "", "pages that were sent compressed"),
    "configuration": Key("string", "", "a configuration in the hypervisor's own format"),
    "consoles": Key("array", "", "serial lines and channels, in words", "string"),
    "content": Key(
        "array", "", "the parts of an XML element in order: elements, and texts as strings", "any"
    ),
    "cores": Key("integer", "", "cores of a socket"),
    "count": Key("integer", "", "how many there are"),
    "counters": Key(
        "array",
        "",
        "what a hypervisor counts under names of its own, each with name and value",
        "name value",
    ),
    "cpu": Key("integer", "", "the number of a CPU of the host"),
    "cpu0_id": Key("string", "base64", "what the first CPU is known by"),
    "cpu_count": Key("integer", "", "how many CPUs the host has"),
    "cpu_model": Key("string", "", "the model of a CPU"),
    "cpu_shares": Key("integer", "", "a share of CPU time"),
    "cpu_time_ns": Key("integer", "ns", "CPU time that was used"),
    "cpu_total": Key(
        "object",
        "",
        "CPU time on the host",
        "cpu_time_ns user_time_ns system_time_ns haltpoll_success_time_ns "
        "haltpoll_fail_time_ns counters",
    ),
    "cpus": Key(
        "array",
        "",
        "what each CPU of the host has",
        "cpu cpu_time_ns vcpu_time_ns user_time_ns system_time_ns params",
    ),
    "created": Key("string", "RFC 3339", "when it was made"),
    "current": Key("boolean", "", "whether it is the current one"),
    "current_bytes": Key("integer", "bytes", "memory that the balloon has now"),
    "current_config": Key("integer", "", "how many vCPUs it has from the next start on"),
    "current_guest": Key("integer", "", "how many vCPUs the guest's agent counts"),
    "current_live": Key("integer", "", "how many vCPUs it has now"),
    "current_name": Key("string", "", "the name of the current one after an import"),
    "current_snapshot": Key("string", "", "the name of the current snapshot"),
    "daemon": Key("string", "", "the version of the daemon"),
    "data_processed_bytes": Key("integer", "bytes", "what a job has done of all"),
    "data_remaining_bytes": Key("integer", "bytes", "what a job has to do still of all"),
    "data_total_bytes": Key("integer", "bytes", "all that a job has to do"),
    "delay_time_ns": Key("integer", "ns", "time that a vCPU waited for a CPU of the host"),
    "dependencies": Key("array", "", "the devices that it is made of", "name"),
    "descendants": Key("integer", "", "how many there are below it, at any depth"),
    "description": Key("string", "", "a text by its owner"),
    "detail": Key("string", "", "how it happened, in small letters"),
    "details": Key("any", "", "what a monitor says of an event"),
    "device": Key("string", "", "what a disk is to the guest: disk, cdrom, floppy, lun"),
    "device_path": Key("string", "", "a device in the guest"),
    "device_read_bytes_sec": Key("array", "", "limits by device of the host", "path value"),
    "device_read_iops_sec": Key("array", "", "limits by device of the host", "path value"),
    "device_weight": Key("array", "", "shares by device of the host", "path value"),
    "device_write_bytes_sec": Key("array", "", "limits by device of the host", "path value"),
    "device_write_iops_sec": Key("array", "", "limits by device of the host", "path value"),
    "devices": Key("array", "", "other devices, in words", "string"),
    "diff": Key("string", "", "the difference of two documents, as diff -u has it"),
    "directory": Key("string", "", "a folder"),
    "dirtyrate": Key(
        "object",
        "",
        "how fast memory is dirtied",
        "calc_status calc_started calc_period_ns calc_mode bytes_per_second counters",
    ),
    "disk_bytes_per_second": Key("integer", "bytes/s", "how fast disks are sent"),
    "disk_caches_bytes": Key(
        "integer", "bytes", "memory that the guest could free without swapping"
    ),
    "disk_processed_bytes": Key("integer", "bytes", "disks that a job has done"),
    "disk_remaining_bytes": Key("integer", "bytes", "disks that a job has to do still"),
    "disk_temp_total_bytes": Key("integer", "bytes", "room that a backup's scratch files have"),
    "disk_temp_used_bytes": Key("integer", "bytes", "room that a backup's scratch files take"),
    "disk_total_bytes": Key("integer", "bytes", "disks that a job has to do"),
    "disks": Key(
        "array",
        "",
        "disks, as the host or as the guest sees them",
        "target source format bus capacity_bytes allocation_bytes name "
        "partition dependencies alias serial device_path guest_alias "
        "guest_bus params",
    ),
    "display": Key("integer", "", "the number of a display"),
    "displays": Key("array", "", "where viewers find the displays", "string"),
    "document": Key(
        "object", "", "an XML document: tag, attributes, content", "tag attributes content"
    ),
    "domain": Key("string", "", "the name of a domain"),
    "done": Key("boolean", "", "true: the command has done what it was told"),
    "downtime_net_ns": Key(
        "integer", "ns", "how long a guest stood still, without the network's delay"
    ),
    "downtime_ns": Key("integer", "ns", "how long a guest may stand still"),
    "driver": Key("string", "", "the hypervisor's driver: QEMU, TEST"),
    "emulator_period_ns": Key("integer", "ns", "the time in which a quota counts"),
    "emulator_quota_ns": Key(
        "integer", "ns", "CPU time of the emulator in a period; null is no limit"
    ),
    "enabled": Key("boolean", "", "whether it is counted, or switched on"),
    "errmsg": Key("string", "", "what went wrong with a job"),
    "error": Key("object", "", "what went wrong", "code name origin message hint causes problems"),
    "errors": Key("integer", "", "how many operations failed"),
    "escape": Key("string", "", "the keys that end a console"),
    "event": Key("string", "", "the kind of an event"),
    "examples": Key("array", "", "command lines with what they do", "text what"),
    "excess_bytes": Key("integer", "bytes", "how far beyond a threshold was written"),
    "exclusive": Key("array", "", "options that cannot be given together", "any"),
    "expires": Key("string", "RFC 3339", "when a lease ends"),
    "family": Key("string", "", "the kind of an address"),
    "fifteen_minutes": Key("number", "", "the mean of fifteen minutes"),
    "file": Key("string", "", "a file of the machine that this program runs on"),
    "filesystems": Key(
        "array",
        "",
        "mounted file systems",
        "name mountpoint type total_bytes used_bytes disks params",
    ),
    "filter": Key("string", "", "the name of a network filter"),
    "firmware": Key("string", "", "what a domain starts with before its disks"),
    "five_minutes": Key("number", "", "the mean of five minutes"),
    "flush_requests": Key("integer", "", "how many flushes there were"),
    "flush_time_ns": Key("integer", "ns", "how long flushes took"),
    "format": Key("string", "", "the format of an image"),
    "free_bytes": Key("integer", "bytes", "memory that is free"),
    "free_pages": Key("integer", "", "how many pages are free"),
    "global_period_ns": Key("integer", "ns", "the time in which a quota counts"),
    "global_quota_ns": Key(
        "integer", "ns", "CPU time of a whole domain in a period; null is no limit"
    ),
    "group": Key("string", "", "the group that a command stands with in help"),
    "group_name": Key("string", "", "disks that share their limits"),
    "guest_alias": Key("string", "", "what a guest calls it"),
    "guest_bus": Key("string", "", "the kind of bus that it hangs on"),
    "guest_ns": Key("integer", "ns", "CPU time of guests"),
    "guest_percent": Key("number", "percent", "share of CPU time: guest"),
    "halted": Key("boolean", "", "whether a vCPU is halted"),
    "haltpoll_fail_time_ns": Key("integer", "ns", "time of polls that found nothing"),
    "haltpoll_success_time_ns": Key("integer", "ns", "time of polls that were worth it"),
    "hard_limit_bytes": Key("integer", "bytes", "the most memory; null is no limit"),
    "help": Key("string", "", "what it does, in one line"),
    "hint": Key("string", "", "what to do next"),
    "hostname": Key("string", "", "the name of a host"),
    "hugetlb_pgalloc": Key("integer", "", "huge pages that the guest could have"),
    "hugetlb_pgfail": Key("integer", "", "huge pages that the guest could not have"),
    "hypervisor": Key("string", "", "the version of the hypervisor"),
    "iaid": Key("string", "", "the number of an interface in a DHCPv6 lease"),
    "id": Key("string", "", "the id of a running domain; null where it is off"),
    "idle_ns": Key("integer", "ns", "CPU time in which nothing was to be done"),
    "idle_percent": Key("number", "percent", "share of CPU time: idle"),
    "inbound_average_bytes_per_second": Key("integer", "bytes/s", "what may go in: average rate"),
    "inbound_burst_bytes": Key("integer", "bytes", "what may go in at once"),
    "inbound_floor_bytes_per_second": Key("integer", "bytes/s", "what may go in: floor rate"),
    "inbound_peak_bytes_per_second": Key("integer", "bytes/s", "what may go in: peak rate"),
    "index": Key("integer", "", "the number of something among its kind"),
    "interface": Key("string", "", "a network interface: its device on the host"),
    "interfaces": Key(
        "array",
        "",
        "network interfaces",
        "index interface mac source model addresses received_bytes "
        "received_packets received_errors received_dropped sent_bytes "
        "sent_packets sent_errors sent_dropped counters",
    ),
    "iothread_id": Key("integer", "", "the number of an I/O thread"),
    "iothread_period_ns": Key("integer", "ns", "the time in which a quota counts"),
    "iothread_quota_ns": Key(
        "integer", "ns", "CPU time of each I/O thread in a period; null is no limit"
    ),
    "iothreads": Key(
        "array", "", "I/O threads", "index poll_max_ns poll_grow poll_shrink poll_weight counters"
    ),
    "iowait_ns": Key("integer", "ns", "CPU time in which disks were waited for"),
    "iowait_percent": Key("number", "percent", "share of CPU time: iowait"),
    "ip": Key("string", "", "an IP address"),
    "iteration": Key("integer", "", "how often memory has been gone through"),
    "kernel_ns": Key("integer", "ns", "CPU time of the host's kernel"),
    "kernel_percent": Key("number", "percent", "share of CPU time: kernel"),
    "kernel_release": Key("string", "", "the release of a kernel"),
    "kernel_version": Key("string", "", "the version of a kernel"),
    "key": Key("string", "", "what a hypervisor knows a volume by"),
    "keys": Key("array", "", "public keys", "string"),
    "kind": Key("string", "", "what it is: snapshot, checkpoint"),
    "label": Key("string", "", "what stands before a value"),
    "last_update": Key("string", "RFC 3339", "when the guest told its figures"),
    "level": Key("string", "", "how bad a warning is"),
    "library": Key("string", "", "the version of the library"),
    "line": Key("integer", "", "the number of a line in a document"),
    "lines": Key("integer", "", "how many lines"),
    "load": Key(
        "object",
        "",
        "how busy a guest is: its processes that wait for a CPU",
        "minute five_minutes fifteen_minutes",
    ),
    "local": Key("object", "", "the near end of a connection", "family node service"),
    "location": Key("string", "", "where a snapshot is: internal to the disk images, or external"),
    "logged_in": Key("string", "RFC 3339", "when somebody logged in"),
    "mac": Key("string", "", "a MAC address"),
    "machine": Key("string", "", "the type of machine that a domain is"),
    "major_fault": Key("integer", "", "page faults that needed a disk"),
    "managed_save": Key(
        "boolean", "", "whether there is a saved image that the next start goes on with"
    ),
    "max_es_guests": Key("integer", "", "how many guests can have encrypted registers, too"),
    "max_guests": Key("integer", "", "how many guests can be encrypted"),
    "max_memory_bytes": Key(
        "integer", "bytes", "the most memory that it can have; null is no limit"
    ),
    "max_vcpus": Key("integer", "", "the most vCPUs that a domain can have"),
    "maximum_bytes": Key("integer", "bytes", "the most memory that the balloon can have"),
    "maximum_config": Key("integer", "", "how many vCPUs it can have from the next start on"),
    "maximum_guest": Key("integer", "", "how many vCPUs the guest's agent says there can be"),
    "maximum_live": Key("integer", "", "how many vCPUs it can have now"),
    "memory": Key(
        "array", "", "use of the host's memory bandwidth, as libvirt names it", "name value"
    ),
    "memory_bytes": Key("integer", "bytes", "memory: of a domain what it has now, of a host all"),
    "memory_bytes_per_second": Key("integer", "bytes/s", "how fast memory is sent"),
    "memory_constant": Key("integer", "", "pages of one byte only"),
    "memory_dirty_rate_pages_per_second": Key(
        "integer", "pages/s", "how fast the guest dirties memory"
    ),
    "memory_iteration": Key("integer", "", "how often memory was gone through"),
    "memory_normal": Key("integer", "", "pages that were sent whole"),
    "memory_normal_bytes": Key("integer", "bytes", "memory that was sent as it is"),
    "memory_page_size_bytes": Key("integer", "bytes", "the size of a page"),
    "memory_postcopy_requests": Key("integer", "", "pages that were asked for after the switch"),
    "memory_processed_bytes": Key("integer", "bytes", "memory that a job has done"),
    "memory_remaining_bytes": Key("integer", "bytes", "memory that a job has to do still"),
    "memory_total_bytes": Key("integer", "bytes", "memory that a job has to do"),
    "message": Key("string", "", "what was done or is the matter, in one line"),
    "messages": Key("array", "", "what the hypervisor has to say of it", "string"),
    "metadata": Key("boolean", "", "whether libvirt keeps a document of it"),
    "mhz": Key("integer", "MHz", "a clock rate"),
    "min_guarantee_bytes": Key("integer", "bytes", "memory that it is sure to have"),
    "mild": Key("boolean", "", "whether it is only a warning"),
    "minor_fault": Key("integer", "", "page faults that needed no disk"),
    "minute": Key("number", "", "the mean of one minute"),
    "model": Key("string", "", "a model of a CPU or of a device"),
    "moments": Key(
        "array", "", "snapshots or checkpoints, each with what was done", "name action parent file"
    ),
    "mountpoint": Key("string", "", "where a file system is mounted"),
    "name": Key("string", "", "the name of what the document is about"),
    "namespace": Key("string", "", "the namespace of a piece of metadata"),
    "network": Key("string", "", "the name of a network"),
    "new_mac": Key("string", "", "a MAC address after a change"),
    "new_name": Key("string", "", "the name after a change"),
    "new_source": Key("string", "", "the image that is in a drive"),
    "node": Key("string", "", "a host's address"),
    "node_device": Key("string", "", "the name of a device of the host"),
    "nodes": Key("array", "", "what an XPath expression picked, each as text", "string"),
    "numa_mode": Key("string", "", "how memory is spread over NUMA cells"),
    "numa_nodes": Key("integer", "", "how many NUMA cells there are"),
    "numa_nodeset": Key("string", "", "NUMA cells, as libvirt writes sets"),
    "nwfilter": Key("string", "", "the name of a network filter"),
    "offset_ns": Key("integer", "ns", "how far a guest's clock is from the host's"),
    "old_mac": Key("string", "", "a MAC address before a change"),
    "old_name": Key("string", "", "the name before a change"),
    "old_source": Key("string", "", "the image that was in a drive"),
    "online": Key("integer", "", "how many CPUs are online"),
    "online_cpus": Key("array", "", "numbers of the host's CPUs that are online", "integer"),
    "operation": Key("string", "", "what a job does"),
    "options": Key(
        "array",
        "",
        "what a command takes",
        "name help type value positional required repeats values completes",
    ),
    "origin": Key("string", "", "what of libvirt an error comes from"),
    "original": Key("string", "", "the name of what was copied"),
    "os": Key(
        "object",
        "",
        "the operating system of a guest",
        "id name pretty_name version version_id kernel_release "
        "kernel_version arch variant variant_id params",
    ),
    "os_type": Key("string", "", "what a guest is started as: hvm, linux, exe"),
    "outbound_average_bytes_per_second": Key("integer", "bytes/s", "what may go out: average rate"),
    "outbound_burst_bytes": Key("integer", "bytes", "what may go out at once"),
    "outbound_floor_bytes_per_second": Key("integer", "bytes/s", "what may go out: floor rate"),
    "outbound_peak_bytes_per_second": Key("integer", "bytes/s", "what may go out: peak rate"),
    "outcome": Key("string", "", "how a wait ended: reached, timed out, interrupted"),
    "page_bytes": Key("integer", "bytes", "the size of a page"),
    "params": Key("array", "", "parameters, each with name and value", "name value"),
    "parent": Key("string", "", "the name of the one before or above it"),
    "partition": Key("boolean", "", "whether it is a partition"),
    "path": Key("string", "", "a path on the host"),
    "pdh": Key("string", "base64", "the platform's Diffie-Hellman key"),
    "percent": Key("number", "percent", "how far a job is"),
    "perf": Key(
        "array", "", "performance events that are counted, each with name and value", "name value"
    ),
    "persistent": Key("boolean", "", "whether it is there when it does not run"),
    "phase": Key("string", "", "how far something has come"),
    "physical_bytes": Key("integer", "bytes", "what an image takes on the host"),
    "pid": Key("integer", "", "the number of a process"),
    "poll_grow": Key("integer", "", "how fast polling of an I/O thread grows"),
    "poll_max_ns": Key("integer", "ns", "how long an I/O thread polls at most"),
    "poll_shrink": Key("integer", "", "how fast polling of an I/O thread shrinks"),
    "poll_weight": Key("integer", "", "how much the last poll of an I/O thread counts"),
    "pool": Key("string", "", "the name of a storage pool"),
    "port": Key("string", "", "the UUID of a port of a network"),
    "port_dev": Key("string", "", "the device of a port on the host"),
    "positional": Key("boolean", "", "whether it is given by its place"),
    "present": Key("integer", "", "how many CPUs there are"),
    "pretty_name": Key("string", "", "a name for people"),
    "problems": Key(
        "array",
        "",
        "what is wrong with a document: rule, file, line, message, hint",
        "rule title file line code message hint mild also",
    ),
    "progress": Key(
        "object",
        "",
        "how far a job is, on standard error",
        "command percent data_processed_bytes data_total_bytes time_elapsed_ns",
    ),
    "protocol": Key("string", "", "of an address: ipv4, ipv6"),
    "rates": Key("array", "", "what counters gained in a second, by their names", "name value"),
    "raw": Key("object", "", "libvirt's own names and numbers"),
    "read_bytes": Key("integer", "bytes", "what was read"),
    "read_bytes_sec": Key("integer", "bytes/s", "limit: bytes, reads"),
    "read_bytes_sec_max": Key("integer", "bytes/s", "limit of a burst: bytes, reads"),
    "read_bytes_sec_max_length_ns": Key("integer", "ns", "how long a burst may last: bytes, reads"),
    "read_iops_sec": Key("integer", "requests/s", "limit: requests, reads"),
    "read_iops_sec_max": Key("integer", "requests/s", "limit of a burst: requests, reads"),
    "read_iops_sec_max_length_ns": Key(
        "integer", "ns", "how long a burst may last: requests, reads"
    ),
    "read_requests": Key("integer", "", "how often was read"),
    "read_time_ns": Key("integer", "ns", "how long reads took"),
    "reason": Key("string", "", "why it is in that state"),
    "received_bytes": Key("integer", "bytes", "what was received"),
    "received_dropped": Key("integer", "", "packets that were dropped at receiving"),
    "received_errors": Key("integer", "", "packets that failed at receiving"),
    "received_packets": Key("integer", "", "packets that were received"),
    "recipient": Key("string", "", "who is hit by a failure of memory: hypervisor, guest"),
    "recursive": Key("boolean", "", "whether it came while another was dealt with"),
    "reduced_phys_bits": Key("integer", "", "bits of an address that encryption takes"),
    "remote": Key("object", "", "the far end of a connection", "family node service"),
    "removed": Key("array", "", "volumes that were removed", "target source"),
    "repeats": Key("boolean", "", "whether it may be given several times"),
    "required": Key("boolean", "", "whether it has to be given"),
    "result": Key("any", "", "what a command gave"),
    "rss_bytes": Key("integer", "bytes", "memory that the domain's process has on the host"),
    "rule": Key("string", "", "the number of a rule of redefinition"),
    "scheduler": Key("string", "", "the name of a scheduler"),
    "script": Key("string", "", "a script for a shell"),
    "secret": Key("string", "", "a secret's UUID"),
    "security_doi": Key("string", "", "the domain of interpretation of a security label"),
    "security_enforcing": Key("boolean", "", "whether a security label is enforced"),
    "security_label": Key("string", "", "a security label"),
    "security_model": Key("string", "", "the name of a security model"),
    "sent_bytes": Key("integer", "bytes", "what was sent"),
    "sent_dropped": Key("integer", "", "packets that were dropped at sending"),
    "sent_errors": Key("integer", "", "packets that failed at sending"),
    "sent_packets": Key("integer", "", "packets that were sent"),
    "sequence": Key("integer", "", "the number of an event in its wait, from 1"),
    "serial": Key("string", "", "a serial number"),
    "service": Key("string", "", "a port's number or name"),
    "setup_time_ns": Key("integer", "ns", "how long the preparation took"),
    "sev_api_major": Key("integer", "", "the major number of the SEV firmware"),
    "sev_api_minor": Key("integer", "", "the minor number of the SEV firmware"),
    "sev_build_id": Key("integer", "", "the build of the SEV firmware"),
    "sev_measurement": Key("string", "base64", "what an encrypted guest's memory measures"),
    "sev_policy": Key("integer", "", "what may be done with an encrypted guest"),
    "shell": Key("string", "", "the name of a shell"),
    "shm_full_scans": Key("integer", "", "how often all was looked at"),
    "shm_merge_across_nodes": Key("integer", "", "whether pages of several NUMA nodes are merged"),
    "shm_pages_shared": Key("integer", "", "merged pages"),
    "shm_pages_sharing": Key("integer", "", "places that use merged pages"),
    "shm_pages_to_scan": Key("integer", "", "pages that are looked at before same ones are merged"),
    "shm_pages_unshared": Key("integer", "", "pages that are no others' equal"),
    "shm_pages_volatile": Key("integer", "", "pages that change too fast"),
    "shm_sleep_ns": Key("integer", "ns", "the rest between two looks"),
    "size_bytes": Key("integer", "bytes", "a size"),
    "size_iops_sec": Key("integer", "bytes", "how large one request counts as one"),
    "snapshot": Key("string", "", "the name of a snapshot"),
    "snapshots": Key("integer", "", "how many snapshots there are"),
    "sockets": Key("integer", "", "CPU sockets, or of a NUMA cell"),
    "soft_limit_bytes": Key(
        "integer", "bytes", "what memory is kept to when it is short; null is no limit"
    ),
    "source": Key(
        "string", "", "where the data of a disk are, or what an interface is connected to"
    ),
    "speed_bytes_per_second": Key("integer", "bytes/s", "how fast a migration may be"),
    "state": Key(
        "string",
        "",
        "running, paused, shut off, ...; of a pool running, inactive, building, degraded",
    ),
    "state_time_ns": Key("integer", "ns", "how long it has been in that state"),
    "status": Key("string", "", "how far something is: ready, completed, failed, canceled"),
    "subject": Key("array", "", "who a viewer is", "type name"),
    "summary": Key("string", "", "what was done, in one line"),
    "swap_hard_limit_bytes": Key("integer", "bytes", "the most memory and swap; null is no limit"),
    "swap_in_bytes": Key("integer", "bytes", "what was read from swap"),
    "swap_out_bytes": Key("integer", "bytes", "what was written to swap"),
    "system_time_ns": Key("integer", "ns", "CPU time in the kernel"),
    "tag": Key("string", "", "the name of an XML element"),
    "target": Key("string", "", "a disk as the guest knows it: vda"),
    "targets": Key("array", "", "disks as the guest knows them", "string"),
    "tells": Key("string", "", "what a command gives to programs: the keys of its result"),
    "text": Key("string", "", "text as it was printed"),
    "threads": Key("integer", "", "threads of a core"),
    "threshold_bytes": Key("integer", "bytes", "at which written byte an event is sent"),
    "time": Key("string", "RFC 3339", "when it happened, or what a clock says"),
    "time_elapsed_net_ns": Key(
        "integer", "ns", "how long a job has taken, without the network's delay"
    ),
    "time_elapsed_ns": Key("integer", "ns", "how long it has taken, or was measured"),
    "time_remaining_ns": Key("integer", "ns", "how long a job will take still"),
    "timezone": Key("object", "", "a time zone", "name offset_ns params"),
    "title": Key("string", "", "a title by its owner"),
    "total": Key(
        "object",
        "",
        "of all together",
        "cpu_time_ns vcpu_time_ns user_time_ns system_time_ns params",
    ),
    "total_bytes": Key("integer", "bytes", "all memory"),
    "total_bytes_sec": Key("integer", "bytes/s", "limit: bytes, reads and writes"),
    "total_bytes_sec_max": Key("integer", "bytes/s", "limit of a burst: bytes, reads and writes"),
    "total_bytes_sec_max_length_ns": Key(
        "integer", "ns", "how long a burst may last: bytes, reads and writes"
    ),
    "total_iops_sec": Key("integer", "requests/s", "limit: requests, reads and writes"),
    "total_iops_sec_max": Key(
        "integer", "requests/s", "limit of a burst: requests, reads and writes"
    ),
    "total_iops_sec_max_length_ns": Key(
        "integer", "ns", "how long a burst may last: requests, reads and writes"
    ),
    "tty": Key("string", "", "a terminal's path"),
    "type": Key("string", "", "what kind of its sort it is"),
    "undone_moments": Key("array", "", "what was taken back", "name action"),
    "unused_bytes": Key("integer", "bytes", "memory that the guest does not use"),
    "up_ns": Key("integer", "ns", "how long it has been running"),
    "uri": Key("string", "", "a URI"),
    "usable_bytes": Key("integer", "bytes", "memory that the guest can give without swapping"),
    "usage": Key("string", "", "what something is used for, or how a command is used"),
    "usage_id": Key("string", "", "what a secret is used for"),
    "usage_percent": Key("number", "percent", "share of CPU time: usage"),
    "usage_type": Key(
        "string", "", "the kind of what a secret is used for: volume, ceph, iscsi, tls, vtpm"
    ),
    "used_bytes": Key("integer", "bytes", "what is used of it"),
    "user": Key("string", "", "the name of a user"),
    "user_domain": Key("string", "", "the domain of a user of Windows"),
    "user_ns": Key("integer", "ns", "CPU time of programs"),
    "user_percent": Key("number", "percent", "share of CPU time: user"),
    "user_time_ns": Key("integer", "ns", "CPU time outside the kernel"),
    "users": Key("array", "", "who is logged in", "name user_domain logged_in"),
    "uuid": Key("string", "", "the UUID of what the document is about"),
    "value": Key("any", "", "the value beside a name"),
    "value_base64": Key("string", "base64", "a secret's value"),
    "values": Key("array", "", "the words that a value can be", "string"),
    "variant": Key("string", "", "a variant of an operating system"),
    "variant_id": Key("string", "", "the short form of a variant"),
    "vcpu": Key("integer", "", "the number of a vCPU"),
    "vcpu_period_ns": Key("integer", "ns", "the time in which a quota counts"),
    "vcpu_quota_ns": Key("integer", "ns", "CPU time of each vCPU in a period; null is no limit"),
    "vcpu_stats": Key(
        "array",
        "",
        "what each vCPU has",
        "index state cpu_time_ns wait_time_ns delay_time_ns halted counters",
    ),
    "vcpu_time_ns": Key("integer", "ns", "CPU time of vCPUs"),
    "vcpus": Key("integer", "", "how many vCPUs it has"),
    "vcpus_current": Key("integer", "", "how many vCPUs a domain has"),
    "vcpus_maximum": Key("integer", "", "how many vCPUs a domain can have"),
    "vcpus_offlinable": Key(
        "array", "", "numbers of vCPUs that the guest can do without", "integer"
    ),
    "vcpus_online": Key("array", "", "numbers of vCPUs that the guest uses", "integer"),
    "vcpus_present": Key("array", "", "numbers of the vCPUs of the guest", "integer"),
    "version": Key("string", "", "a version"),
    "version_id": Key("string", "", "the short form of a version"),
    "vm": Key(
        "array",
        "",
        "what the hypervisor counts of a domain, each with name and value",
        "name value",
    ),
    "volume": Key("string", "", "the name of a volume"),
    "wait_time_ns": Key("integer", "ns", "time that a vCPU waited for I/O"),
    "warning": Key("object", "", "what was noticed"),
    "weight": Key("integer", "", "a share, against those of others"),
    "what": Key("string", "", "what a line does"),
    "where": Key("string", "", "the place of something: a file or a folder"),
    "word": Key("string", "", "a word that may stand there"),
    "write_bytes": Key("integer", "bytes", "what was written"),
    "write_bytes_sec": Key("integer", "bytes/s", "limit: bytes, writes"),
    "write_bytes_sec_max": Key("integer", "bytes/s", "limit of a burst: bytes, writes"),
    "write_bytes_sec_max_length_ns": Key(
        "integer", "ns", "how long a burst may last: bytes, writes"
    ),
    "write_iops_sec": Key("integer", "requests/s", "limit: requests, writes"),
    "write_iops_sec_max": Key("integer", "requests/s", "limit of a burst: requests, writes"),
    "write_iops_sec_max_length_ns": Key(
        "integer", "ns", "how long a burst may last: requests, writes"
    ),
    "write_requests": Key("integer", "", "how often was written"),
    "write_time_ns": Key("integer", "ns", "how long writes took"),
    "xml": Key("string", "", "an XML document as text"),
}
"""Every key, by name."""


def known(values: Mapping[str, object]) -> dict[str, object]:
    """Values under keys of the dictionary; those that it has not stand in ``params``."""
    found: dict[str, object] = {key: value for key, value in values.items() if key in KEYS}
    if len(found) < len(values):
        found["params"] = [
            {"name": key, "value": value} for key, value in values.items() if key not in KEYS
        ]
    return found
