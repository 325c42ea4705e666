"""What a document can say of a device reaches somebody: the command line, or the host's part.

By the names of the models' fields: each is read where command lines are built, where guests' parts
on the host are made, or where documents are refused, or it is in the list below with the reason.
What it does not see is a name that stands there for something else.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest

from vsh.xml.domain import devices
from vsh.xml.engine.element import Element

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = Path(devices.__path__[0]).parents[2]
_READERS = (
    "hypervisors/qemu/argv", "hypervisors/qemu/check", "drivers/qemu", "drivers/host",

)  # fmt: skip
_REASONS = {
    "granule_unit": "the size was made KiB when it was read",
    "guest_actual": "of containers",
    "has_driver": "says only that the element is there",
    "has_database": "says only that the element is there",
    "has_parameters": "says only that the element is there",
    "mac_check": "of VMware",
    "mac_current": "told, not asked for",
    "mac_type": "of VMware",
    "master_given": "says only that the element is there",
    "max_event_channels": "of Xen",
    "max_grant_frames": "of Xen",
    "multi_user": "of RDP, which is refused",
    "profile_name": "told, not asked for",
    **dict.fromkeys(
        ("managerid", "typeid", "typeidversion", "instanceid", "interfaceid", "profileid"),
        "of virtual ports, which are refused",
    ),
    "replace_user": "of RDP, which is refused",
    "source_type": "the only one there is",
    "switchid": "of distributed switches, which are refused",
    "portgroupid": "of distributed switches, which are refused",
    "connectionid": "of distributed switches, which are refused",
    "target_given": "says only that the element is there",
    "vgaconf": "of bhyve",
    "host_tso4": "read by name with the other offloads",
    "host_tso6": "read by name with the other offloads",
    "host_ecn": "read by name with the other offloads",
    "host_ufo": "read by name with the other offloads",
    "guest_csum": "read by name with the other offloads",
    "guest_tso4": "read by name with the other offloads",
    "guest_tso6": "read by name with the other offloads",
    "guest_ecn": "read by name with the other offloads",
    "guest_ufo": "read by name with the other offloads",
}


def _models(base: type[Element]) -> Iterator[type[Element]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


@pytest.fixture(scope="module")
def words() -> set[str]:
    """All names that occur where a device's document is acted on."""
    found: set[str] = set()
    for folder in _READERS:
        for path in (_PACKAGE / folder).rglob("*.py"):
            found |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    for path in (_PACKAGE / "domains").glob("check*.py"):
        found |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return found


def test_every_field_is_read_or_has_a_reason(words: set[str]) -> None:
    for module in iter_modules(devices.__path__):
        import_module(f"{devices.__name__}.{module.name}")
    unread = {
        f"{model.__name__}.{name}"
        for model in _models(Element)
        if model.__module__.startswith(devices.__name__)
        for name in model.fields
        if name not in words and name not in _REASONS
    }
    assert unread == set()
