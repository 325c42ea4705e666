"""Groups of limits that disks share, in a real QEMU: made, changed, under disks through jobs."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.api.types import TypedParams
from vsh.errors import Error

if TYPE_CHECKING:
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.domain import Domain

GROUPS = (
    "<throttlegroups><throttlegroup><total_bytes_sec>1000000</total_bytes_sec>"
    "<group_name>slow</group_name></throttlegroup><throttlegroup><read_iops_sec>10</read_iops_sec>"
    "<read_iops_sec_max>100</read_iops_sec_max><read_iops_sec_max_length>3"
    "</read_iops_sec_max_length><group_name>two</group_name></throttlegroup></throttlegroups>"
)
FILTERS = (
    "<throttlefilters><throttlefilter group='slow'/><throttlefilter group='two'/></throttlefilters>"
)


def limits(domain: Domain, name: str) -> dict[str, int]:
    wanted = {"path": f"throttle-{name}", "property": "limits"}
    answer = domain.monitor_command(json.dumps({"execute": "qom-get", "arguments": wanted}), 0)
    found = json.loads(answer)["return"]
    return {key: value for key, value in found.items() if value and "length" not in key}


def filters(domain: Domain) -> dict[str, str]:
    """The filters of the guest, and what each is on top of."""
    answer = domain.monitor_command('{"execute": "x-debug-query-block-graph"}', 0)
    graph = json.loads(answer)["return"]
    names = {node["id"]: node["name"] for node in graph["nodes"]}
    return {
        names[edge["parent"]]: names[edge["child"]]
        for edge in graph["edges"]
        if names[edge["parent"]].endswith("-filter")
    }


def values(**given: int) -> TypedParams:
    params = TypedParams()
    for name, value in given.items():
        params.set(name, "ullong", value)
    return params


@pytest.fixture
def document(tiny: TinyGuest) -> str:
    """A guest with two groups, whose disk is under both."""
    target = "<target dev='vda' bus='virtio'/>"
    return tiny.xml.replace("<devices>", f"{GROUPS}<devices>").replace(target, target + FILTERS)


def test_groups_of_a_running_guest(root: str, document: str) -> None:
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(document)
        domain.create()
        assert limits(domain, "slow") == {"bps-total": 1000000}
        assert limits(domain, "two") == {"iops-read": 10, "iops-read-max": 100}
        domain.set_throttle_group("new", values(total_iops_sec=5), 1)
        domain.set_throttle_group("new", values(total_bytes_sec=7000), 3)
        assert limits(domain, "new") == {"iops-total": 5, "bps-total": 7000}
        assert domain.get_xml_desc(2).count("<total_iops_sec>") == 0
        with pytest.raises(Error, match="still being used by disk vda"):
            domain.del_throttle_group("slow", 1)
        with pytest.raises(Error, match="'iotune' can't be used together with 'throttlefilters'"):
            domain.set_block_io_tune("vda", values(total_iops_sec=5), 1)
        with pytest.raises(Error, match="cannot be smaller"):
            domain.set_throttle_group("new", values(total_iops_sec=9, total_iops_sec_max=1), 1)
        domain.del_throttle_group("new", 3)
        with pytest.raises(Error, match="object 'throttle-new' not found"):
            domain.del_throttle_group("new", 1)
        assert "<group_name>new" not in domain.get_xml_desc(0) + domain.get_xml_desc(2)


def test_a_disk_stays_under_its_groups(root: str, document: str, tmp_path: Path) -> None:
    """Through a snapshot, a commit and a copy, and in the eyes of the next process."""
    image = tmp_path / "more.qcow2"
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", image, "1M"], check=True)
    disk = (
        f"<disk type='file'><driver type='qcow2'/><source file='{image}'/>"
        f"<target dev='vdb' bus='virtio'/>{FILTERS}</disk>"
    )
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(document)
        domain.create()
        domain.snapshot_create_xml("<domainsnapshot><name>one</name></domainsnapshot>", 16)
        domain.attach_device(disk)
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        domain.snapshot_lookup_by_name("one").delete()
        target = f"<disk type='file'><source file='{tmp_path}/copy'/><driver type='qcow2'/></disk>"
        domain.block_copy("vda", target, TypedParams(), 4)
        while (told := domain.get_block_job_info("vda")).cur != told.end or not told.end:
            pass
        domain.block_job_abort("vda", 2)
        source = domain.get_xml_desc(0).partition("index='")[2].partition("'")[0]
        assert f"<source file='{tmp_path}/copy' index='{source}'/>" in domain.get_xml_desc(0)
        found = filters(domain)
        assert found["libvirt-2-filter"] == f"libvirt-{source}-format"
        assert found["libvirt-3-filter"] == "libvirt-2-filter"
        assert len(found) == 4
