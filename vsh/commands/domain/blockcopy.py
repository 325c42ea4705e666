"""blockcopy: copy a disk while the guest uses it."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import BITS, Flag, Option, uint32, uint64
from vsh.commands._files import read_text
from vsh.commands.domain._block_jobs import (
    ASYNC,
    BANDWIDTH,
    BYTES_HELP,
    DISK,
    TIMEOUT,
    VERBOSE,
    check_waiting,
    followed,
    kept,
    pivoted,
)
from vsh.commands.domain._shared import LATE_ACTIVE_DOMAIN
from vsh.errors import CommandError
from vsh.output.document import Said, Xml
from vsh.words.domain.block import DomainBlockCopy, DomainBlockRebase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.commands.domain._block_jobs import Bandwidth
    from vsh.output.document import Document


@command(
    exclusive=(("dest", "xml"), ("format", "xml"), ("blockdev", "xml"), ("pivot", "finish")),
    old={"raw": "format=raw"},
    order=("path", "dest", "xml", "format", "bandwidth", "granularity", "buf-size", "timeout"),
    tells="done | xml document",
)
def blockcopy(
    domain: Callable[[], Domain] = LATE_ACTIVE_DOMAIN,
    path: str = DISK,
    dest: str | None = Option(
        "file or device that becomes the copy", by_place=True, complete=file_names
    ),
    bandwidth: Bandwidth = BANDWIDTH,
    shallow: bool = Flag(
        "copy the top image only; the copy has the same backing image", bit=DomainBlockCopy.SHALLOW
    ),
    reuse_external: bool = Flag("the copy's file is there already", bit=DomainBlockCopy.REUSE_EXT),
    blockdev: bool = Flag("the copy is a block device"),
    wait: bool = Flag("wait until the copy is the same as the disk"),
    verbose: bool = VERBOSE,
    timeout: int | None = TIMEOUT,
    pivot: bool = Flag("have the guest use the copy from then on"),
    finish: bool = Flag("end the job then; the guest stays with the disk"),
    async_: bool = ASYNC,
    xml: str | None = Option(
        "file with a disk element that describes the copy", by_place=True, complete=file_names
    ),
    format: str | None = Option(
        "form of the copy: raw, qcow2", by_place=True, complete=("raw", "qcow2")
    ),
    granularity: int | None = Option(
        "bytes that are copied as one piece; a power of two", kind=uint32, by_place=True
    ),
    buf_size: int | None = Option("most bytes that are under way", kind=uint64, by_place=True),
    bytes: bool = Flag(BYTES_HELP),
    transient_job: bool = Flag(
        "the job need not outlive the guest's restart", bit=DomainBlockCopy.TRANSIENT_JOB
    ),
    synchronous_writes: bool = Flag(
        "the guest's writes go to both at once", bit=DomainBlockCopy.SYNCHRONOUS_WRITES
    ),
    print_xml: bool = Flag("print the disk element instead of sending it"),
    dest_is_zero: bool = Flag(
        "the copy's file reads as zeros already", bit=DomainBlockCopy.TARGET_ZEROED
    ),
    flags: int = BITS,
    session: Session = SESSION,
) -> Iterator[Document]:
    """Copy a disk while the guest uses it, and keep the copy the same until the job is ended.

    The job runs on after the command, unless an option makes it wait.

    Examples:
        blockcopy web1 vda --dest /srv/images/copy.qcow2 --wait --verbose --pivot
            # move a disk while the guest uses it
    """
    speed = bandwidth.value(bytes=bytes)
    if dest is None and xml is None:
        raise CommandError("need either --dest or --xml")
    blocking = wait or pivot or finish or bool(timeout)
    check_waiting("--finish", blocking=blocking, verbose=verbose, asynchronous=async_)
    found = domain()
    document = read_text(xml) if xml is not None else None
    newer = (
        granularity
        or buf_size
        or document is not None
        or transient_job
        or synchronous_writes
        or print_xml
        or dest_is_zero
        or format not in (None, "raw")
    )
    if newer and document is None:
        document = _document(dest or "", format, blockdev=blockdev)
    if print_xml:
        yield Xml(document or "")
        return

    def begin() -> None:
        if newer:
            found.block_copy(
                path, document or "", _params(speed, granularity, buf_size, bytes=bytes), flags
            )
            return
        old = flags | DomainBlockRebase.COPY
        old |= DomainBlockRebase.COPY_DEV if blockdev else 0
        old |= DomainBlockRebase.COPY_RAW if format == "raw" else 0
        old |= DomainBlockRebase.BANDWIDTH_BYTES if bytes else 0
        found.block_rebase(path, dest, speed, old)

    def end() -> Document:
        if pivot:
            return pivoted(job)
        if finish:
            return kept(job, "Successfully copied")
        return Said("\nNow in mirroring phase")

    if not blocking:
        begin()
        session.begun.append((found, path))
        yield Said("Block Copy started")
        return
    from vsh.acts.block_job import BlockJob

    job = BlockJob(found, path, begin, timeout=timeout, asynchronous=async_)
    yield from followed(session, job, "Block Copy", "Copy", end, verbose=verbose)


def _params(
    speed: int, granularity: int | None, buf_size: int | None, *, bytes: bool
) -> TypedParams:
    params = TypedParams()
    if speed:
        if not bytes:
            limit = (2**64 - 1) >> 20
            if speed > limit:
                raise CommandError(f"bandwidth must be less than {limit}")
            speed <<= 20
        params.set("bandwidth", "ullong", speed)
    if granularity:
        params.set("granularity", "uint", granularity)
    if buf_size:
        params.set("buf-size", "ullong", buf_size)
    return params


def _document(dest: str, format: str | None, *, blockdev: bool) -> str:
    """The disk element of the copy."""
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.engine.described import Described
    from vsh.xml.shared.image import Source

    source = Described(Source, **{"dev" if blockdev else "file": dest})
    kind = "block" if blockdev else "file"
    return Described(Disk, type=kind, source=source, driver_type=format).format()
