"""domstats as data: libvirt's flat names as what they mean, in the words and units of all data.

A number in a name is a place in a list: ``block.0.rd.bytes`` is ``blocks[0].read_bytes``.  What a
hypervisor counts under names of its own (perf, vm, statistics of a vCPU) is a list of names and
values, so that no key depends on the hypervisor.
"""

from __future__ import annotations

from vsh.output.units import moment
from vsh.words.domain.state import reason_word, state_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

NAMED = {"cpu": "cpu_total"}
"""Groups that have another key than their name."""

LISTS = {"block": "blocks", "net": "interfaces", "vcpu": "vcpu_stats", "iothread": "iothreads"}
"""Groups of numbered things, and the key of their list."""

KEYS = {
    "block": {
        "name": "target",
        "path": "source",
        "backingIndex": "backing_index",
        "rd.reqs": "read_requests",
        "rd.bytes": "read_bytes",
        "rd.times": "read_time_ns",
        "wr.reqs": "write_requests",
        "wr.bytes": "write_bytes",
        "wr.times": "write_time_ns",
        "fl.reqs": "flush_requests",
        "fl.times": "flush_time_ns",
        "errors": "errors",
        "allocation": "allocation_bytes",
        "capacity": "capacity_bytes",
        "physical": "physical_bytes",
        "threshold": "threshold_bytes",
    },
    "net": {
        "name": "interface",
        "rx.bytes": "received_bytes",
        "rx.pkts": "received_packets",
        "rx.errs": "received_errors",
        "rx.drop": "received_dropped",
        "tx.bytes": "sent_bytes",
        "tx.pkts": "sent_packets",
        "tx.errs": "sent_errors",
        "tx.drop": "sent_dropped",
    },
    "vcpu": {
        "time": "cpu_time_ns",
        "wait": "wait_time_ns",
        "delay": "delay_time_ns",
        "halted": "halted",
    },
    "iothread": {
        "poll-max-ns": "poll_max_ns",
        "poll-grow": "poll_grow",
        "poll-shrink": "poll_shrink",
        "poll-weight": "poll_weight",
    },
    "cpu": {
        "time": "cpu_time_ns",
        "user": "user_time_ns",
        "system": "system_time_ns",
        "haltpoll.success.time": "haltpoll_success_time_ns",
        "haltpoll.fail.time": "haltpoll_fail_time_ns",
    },
    "balloon": {
        "current": "current_bytes",
        "maximum": "maximum_bytes",
        "swap_in": "swap_in_bytes",
        "swap_out": "swap_out_bytes",
        "unused": "unused_bytes",
        "available": "available_bytes",
        "usable": "usable_bytes",
        "disk_caches": "disk_caches_bytes",
        "rss": "rss_bytes",
        "major_fault": "major_fault",
        "minor_fault": "minor_fault",
        "hugetlb_pgalloc": "hugetlb_pgalloc",
        "hugetlb_pgfail": "hugetlb_pgfail",
        "last-update": "last_update",
    },
    "dirtyrate": {
        "calc_status": "calc_status",
        "calc_start_time": "calc_start_ns",
        "calc_period": "calc_period_ns",
        "calc_mode": "calc_mode",
        "megabytes_per_second": "bytes_per_second",
    },
}
"""By group: libvirt's name of a fact, and its key."""

VCPU_STATES = ("offline", "running", "blocked")
DIRTY_RATES = ("unstarted", "measuring", "measured")


def nested(name: str, uuid: str, flat: Mapping[str, Any]) -> dict[str, Any]:
    """The statistics of one domain as data.

    name, uuid  the domain's;  flat  what libvirt says of it: ``{"state.state": 1, ...}``
    """
    found: dict[str, Any] = {"name": name, "uuid": uuid}
    for key, value in flat.items():
        group, _, rest = key.partition(".")
        if group == "state":
            if rest == "state":
                found["state"] = state_word(value)
                found["reason"] = reason_word(value, flat.get("state.reason", 0))
        elif rest == "count" and group in LISTS:
            found.setdefault(LISTS[group], [])
        elif group == "vcpu" and rest in ("current", "maximum"):
            found[f"vcpus_{rest}"] = value
        else:
            number, _, field = rest.partition(".")
            if group in LISTS and number.isdecimal() and field:
                _put(_item(found.setdefault(LISTS[group], []), int(number)), group, field, value)
            elif group in KEYS:
                _put(found.setdefault(NAMED.get(group, group), {}), group, rest, value)
            else:
                found.setdefault(group, []).append({"name": rest, "value": value})
    return found


def _item(items: list[dict[str, object]], number: int) -> dict[str, object]:
    """The one of a list with that number, made where it is not there: numbers may have holes."""
    for item in items:
        if item["index"] == number:
            return item
    items.append({"index": number})
    return items[-1]


def _put(into: dict[str, Any], group: str, field: str, value: Any) -> None:
    """One fact under its key, or among the counters that the hypervisor names itself."""
    key = KEYS[group].get(field)
    if group == "vcpu" and field == "state":
        into["state"] = VCPU_STATES[value] if 0 <= value < 3 else "unknown"
    elif key is None:
        into.setdefault("counters", []).append({"name": field, "value": value})
    elif key == "calc_status":
        into[key] = DIRTY_RATES[value] if 0 <= value < 3 else "unknown"
    elif key == "last_update":
        into[key] = moment(value) if value else None
    elif group == "balloon" and key.endswith("_bytes"):
        into[key] = value * 1024
    elif key == "bytes_per_second":
        into[key] = value << 20
    elif key == "calc_start_ns":
        into["calc_started"] = moment(value) if value else None
    elif key == "calc_period_ns":
        into[key] = value * 10**9
    elif key == "halted":
        into[key] = value in (True, "yes", 1)
    else:
        into[key] = value
