"""Memory cards, which have no device of their own: one option says what is in the board's slot."""

from __future__ import annotations

from vsh.hypervisors.qemu.argv.block import add_objects, backend
from vsh.hypervisors.qemu.argv.layer import Layer, Treatment, detection, images_below
from vsh.hypervisors.qemu.argv.properties import escape, on_off
from vsh.xml.domain.order import disk_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Value
    from vsh.xml.domain.devices.disk import Disk


def add_card(line: Line, disk: Disk) -> None:
    """One card, which may be missing from its slot."""
    _refuse(line, disk)
    words: list[str] = []
    if disk.source is not None and not disk.empty():
        words += _image(line, disk)
    words += ["if=sd", f"index={disk_index(str(disk.target))}"]
    if disk.readonly:
        words.append("readonly=on")
    if not disk.empty():
        copying = None if disk.copy_on_read is None else on_off(disk.copy_on_read)
        for name, value in (
            ("cache", disk.cache), ("copy-on-read", copying), ("discard", disk.discard),
            ("detect-zeroes", detection(disk.detect_zeroes, disk.discard)), ("aio", disk.io),
        ):  # fmt: skip
            if value is not None:
                words.append(f"{name}={value}")
    line.add("-drive", ",".join(words))


def _refuse(line: Line, disk: Disk) -> None:
    """What the option has no words for."""
    source = disk.source
    given: dict[str, object] = {
        "metadata_cache": disk.metadata_cache, "throttlefilters": disk.throttle_filters,
        "statistics": disk.statistics or disk.histograms, "blockio": disk.logical_block_size
        or disk.physical_block_size or disk.discard_granularity, "geometry": disk.has_geometry(),
        "error_policy": disk.error_policy or disk.rerror_policy, "transient": disk.transient,
        "discard_no_unref": disk.discard_no_unref, "boot": disk.boot_order,
        "shareable": disk.shareable and not disk.readonly,
        "backingStore": any(not below.found for below in images_below(disk)),
    }  # fmt: skip
    if source is not None:
        given |= {
            "slices": source.slices, "dataStore": source.data_store, "fdgroup": source.fdgroup,
        }  # fmt: skip
        if not disk.empty() and disk.type not in ("file", "block", "dir", "network"):
            given[f"source of type '{disk.type}'"] = True
        if line.host.serves(disk.type, source):
            given["source served by nbdkit"] = True
    for name, value in given.items():
        if value:
            raise line.unhandled(f"<{name}> of disk '{disk.target}' on bus 'sd'")


def _image(line: Line, disk: Disk) -> Iterator[str]:
    """Where the content is, and its form."""
    source = disk.source
    assert source is not None
    whole = Treatment(disk.cache, None, disk.discard)
    layer = Layer(
        line, disk.type, source, disk.driver_type, whole, readonly=bool(disk.readonly),
        name=line.alias(disk), numbered=False,
    )  # fmt: skip
    layer.auth = disk.auth or layer.auth
    layer.encryption = disk.encryption or layer.encryption
    add_objects(line, layer)
    if disk.type == "dir":
        yield f"file=fat:{escape(source.dir or '')}"
        return
    if disk.type == "network":
        found = backend(line, layer)
        yield from _pairs("file", {"driver": found.pop("driver"), **found})
    else:
        yield f"file={escape(source.path or '')}"
    form, encryption = disk.driver_type or "raw", layer.own_encryption
    if encryption is not None:
        key = f"key-secret={layer.key()}"
        if form == "raw":
            form = "luks"
            yield key
        else:
            yield f"encrypt.format={encryption.scheme}"
            yield f"encrypt.{key}"
    yield f"format={form}"


def _pairs(name: str, value: Value) -> Iterator[str]:
    """A property and all in it, each under its own name; those of a list under their number."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _pairs(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _pairs(f"{name}.{number}", inner)
    elif isinstance(value, bool):
        yield f"{name}={on_off(value)}"
    elif value is not None:
        yield f"{name}={escape(str(value))}"
