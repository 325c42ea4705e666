"""Completion of words that the models of documents know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.cli.session import Session
from vsh.commands._model_words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

BEGIN = "vsh -c test:///default "


def completed(run: Callable[..., Any], line: str) -> list[str]:
    """What a shell offers at the end of a line; ``complete`` by itself answers as virsh."""
    result = run("-q", "complete", "--shell", "bash", "--", f"{BEGIN}{line} ")
    assert result.status == 0, result.err
    return result.out.split()[1:]


def test_a_fields_words_and_the_one_that_means_none() -> None:
    cache = words_of("domain.devices.disk", "Disk", "cache")
    assert cache(Session(), "", {}) == [
        "none", "writethrough", "writeback", "directsync", "unsafe", "default",
    ]  # fmt: skip
    kind = words_of("domain.devices.interface", "Interface", "type")
    assert {"network", "vdpa", "vds"} <= set(kind(Session(), "", {}))
    with pytest.raises(KeyError):
        words_of("domain.devices.disk", "Disk", "cash")(Session(), "", {})


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("attach-disk test a b --targetbus", "virtio nvme uml"),
        ("attach-disk test a b --subdriver", "raw qcow2 vhd"),
        ("attach-disk test a b --cache", "none default"),
        ("attach-disk test a b --io", "native io_uring"),
        ("attach-disk test a b --type", "disk lun"),
        ("attach-disk test a b --source-protocol", "nbd nfs"),
        ("attach-disk test a b --source-host-transport", "tcp unix rdma"),
        ("attach-interface test --type", "network hostdev null"),
        ("attach-interface test network default --model", "virtio e1000e igb"),
        ("vol-create-as default-pool n 1 --format", "raw qcow2 linux-swap"),
        ("vol-create-as default-pool n 1 --backing-vol-format", "raw"),
        ("pool-define-as n --auth-type chap --source-format", "nfs gpt lvm2"),
        ("pool-define-as n fs --source-format", "ext4 xfs"),
        ("pool-define-as n fs --auth-type", "chap ceph"),
    ],
)
def test_the_options_that_take_them(run: Callable[..., Any], line: str, some: str) -> None:
    words = completed(run, line)
    assert set(some.split()) <= set(words)
    assert "--print-xml" not in words


def test_only_formats_of_that_type_of_pool(run: Callable[..., Any]) -> None:
    words = completed(run, "pool-define-as n netfs --source-format")
    assert sorted(words) == ["auto", "cifs", "glusterfs", "nfs"]
