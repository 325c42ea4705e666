"""Disks of a guest: their numbers, errors and throttles."""

from __future__ import annotations

import time

from vsh.api.domain import Domain, block
from vsh.api.domain.records import BlockInfo, BlockStats, DiskError
from vsh.api.types import TypedParams
from vsh.drivers.state import parameters
from vsh.drivers.test import device_model
from vsh.drivers.test.part import TestPart
from vsh.errors import ArgumentUnsupported, InvalidArgument, OperationUnsupported
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.block import DomainDiskErrorCode
from vsh.words.parameter import TypedParameterFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


_CAPACITY, _ALLOCATION, _PHYSICAL = 1099506450432, 1099511627776, 1099511627776
_IMPACT = DomainModificationImpact.LIVE | DomainModificationImpact.CONFIG
_DISK_ERRORS = DomainDiskErrorCode.NO_SPACE
IO_TUNES = (
    "total_bytes_sec", "read_bytes_sec", "write_bytes_sec",
    "total_iops_sec", "read_iops_sec", "write_iops_sec",
    "total_bytes_sec_max", "read_bytes_sec_max", "write_bytes_sec_max",
    "total_iops_sec_max", "read_iops_sec_max", "write_iops_sec_max",
    "size_iops_sec", "group_name",
    "total_bytes_sec_max_length", "read_bytes_sec_max_length", "write_bytes_sec_max_length",
    "total_iops_sec_max_length", "read_iops_sec_max_length", "write_iops_sec_max_length",
)  # fmt: skip
_HIGHEST_IO_TUNE = 1000000000000000


class Block(TestPart, answers=block):
    """Answers about block."""

    def block_stats(self, domain: Domain, path: str) -> BlockStats:
        if not path:
            raise OperationUnsupported("summary statistics are not supported yet")
        with self.guests.query(domain, active=True) as guest:
            if device_model.disk(guest.definition, path) is None:
                raise InvalidArgument(f"invalid path: {path}")
            now = _now()
            return BlockStats(now // 10, now // 20, now // 30, now // 40, now // 2000000)

    def get_block_info(self, domain: Domain, path: str, flags: int = 0) -> BlockInfo:
        self.accept(flags, 0, "testDomainGetBlockInfo")
        with self.guests.query(domain) as guest:
            disk = device_model.disk(guest.definition, path)
            if disk is None:
                raise InvalidArgument(f"invalid path {path} not assigned to domain")
            if device_model.is_empty(disk):
                raise InvalidArgument(f"disk '{path}' does not currently have a source assigned")
            return BlockInfo(_ALLOCATION, _CAPACITY, _PHYSICAL)

    def get_disk_errors(self, domain: Domain, flags: int = 0) -> list[DiskError]:
        self.accept(flags, 0, "testDomainGetDiskErrors")
        with self.guests.query(domain, active=True) as guest:
            return [
                DiskError(disk.target, number % _DISK_ERRORS + 1)
                for number, disk in enumerate(guest.definition.disks)
            ]

    def get_block_io_tune(
        self, domain: Domain, disk: str | None = None, flags: int = 0
    ) -> TypedParams:
        self.accept(flags, 3 | TypedParameterFlags.STRING_OKAY, "testDomainGetBlockIoTune")
        if disk is None:  # who asks only how many there are names no disk
            return _shown({})
        with self.guests.query(domain) as guest:
            found = device_model.disk(guest.one(flags & _IMPACT), disk, ambiguous=True)
            if found is None:
                raise InvalidArgument(f"disk '{disk}' was not found in the domain config")
            return _shown(device_model.io_tune(found))

    def set_block_io_tune(
        self, domain: Domain, disk: str, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, 3, "testDomainSetBlockIoTune")
        parameters.check(
            params, {name: "string" if name == "group_name" else "ullong" for name in IO_TUNES}
        )
        with self.guests.modify(domain) as guest:
            found = device_model.disk(guest.one(flags), disk, ambiguous=True)
            if found is None:
                raise InvalidArgument(f"missing persistent configuration for disk '{disk}'")
            for name, value in params.items():
                if name != "group_name" and value > _HIGHEST_IO_TUNE:
                    raise ArgumentUnsupported(
                        f"block I/O throttle limit value must be no more than {_HIGHEST_IO_TUNE}"
                    )
            values = {**device_model.io_tune(found), **params}
            _check_io_tune(values)
            device_model.set_io_tune(found, values)


def _now() -> int:
    return time.time_ns() // 1000


def _shown(values: Mapping[str, int | str]) -> TypedParams:
    """All limits there are, those that a disk has not without a value."""
    params = TypedParams()
    for name in IO_TUNES:
        if name == "group_name":
            params.set(name, "string", values.get(name) or "")
        else:
            params.set(name, "ullong", values.get(name) or 0)
    return params


def _check_io_tune(values: Mapping[str, int | str]) -> None:
    limits = {name: value for name, value in values.items() if isinstance(value, int)}
    for unit in ("bytes_sec", "iops_sec", "bytes_sec_max", "iops_sec_max"):
        if limits.get(f"total_{unit}") and (
            limits.get(f"read_{unit}") or limits.get(f"write_{unit}")
        ):
            raise InvalidArgument(f"total and read/write of {unit} cannot be set at the same time")
    for unit in ("bytes_sec", "iops_sec"):
        for way in ("total", "read", "write"):
            if limits.get(f"{way}_{unit}", 0) > limits.get(f"{way}_{unit}_max", 0):
                raise InvalidArgument(f"{way}_{unit} cannot be set higher than {way}_{unit}_max")
