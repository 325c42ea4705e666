"""What the host commands share: the host's NUMA cells, CPU definitions in files, and
completers."""

from __future__ import annotations

from vsh.cli.params import Flags, decimal
from vsh.commands._files import read_text
from vsh.errors import CommandError, failing
from vsh.output.document import Text
from vsh.words.connection import CompareCPU
from vsh.words.host import CPUCompareResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.api.connection import Connection
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document


def host_tree(connection: Connection) -> _Element:
    """The root element of the host's capabilities."""
    from vsh.xml.engine.reader import parse

    with failing("unable to get node capabilities"):
        return parse(connection.get_capabilities())


def cell_numbers(capabilities: _Element) -> list[int]:
    """The numbers of the host's NUMA cells.  Raises CommandError."""
    try:
        return [
            int(cell.get("id", ""))
            for cell in capabilities.xpath("/capabilities/host/topology/cells/cell")
        ]
    except ValueError:
        raise CommandError("conversion from string failed") from None


def cells(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the numbers of the host's NUMA cells."""
    return [str(number) for number in cell_numbers(host_tree(session.connection))]


def page_sizes(capabilities: _Element) -> list[int]:
    """The sizes of the host's pages in KiB, in order.  Raises CommandError."""
    found = capabilities.xpath("/capabilities/host/cpu/pages") or capabilities.xpath(
        "/capabilities/host/topology/cells/cell/pages"
    )
    if not found:
        raise CommandError("could not get information about supported page sizes")
    sizes = set()
    for pages in found:
        size = pages.get("size", "")
        if not size.isdecimal():
            raise CommandError(f"unable to parse page size: {size}")
        sizes.add(decimal(size))
    return sorted(sizes)


def pages(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the sizes of the host's pages."""
    return [_page_text(size) for size in page_sizes(host_tree(session.connection))]


def _page_text(size: int) -> str:
    """A size in KiB in the largest unit that it is a whole number of."""
    for unit, factor in (("GiB", 1 << 20), ("MiB", 1 << 10)):
        if size and size % factor == 0:
            return f"{size // factor}{unit}"
    return f"{size}KiB"


def machines(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of machine types: of the architecture that was typed, or of all."""
    wanted = given.get("arch")
    found = host_tree(session.connection).xpath("/capabilities/guest/arch")
    return sorted(
        {
            str(name)
            for arch in found
            if wanted in (None, arch.get("name"))
            for name in arch.xpath(".//machine/text()")
        }
    )


def architectures(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the names of CPU architectures."""
    from vsh.words.host import ARCHITECTURES

    return ARCHITECTURES


def virtualizers(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the types of domains."""
    from vsh.words.host import VIRTUALIZERS

    return [name for name in VIRTUALIZERS if name != "xenfv"]  # an older word for xen


def cpu_definitions(path: str, session: Session | None = None) -> list[str]:
    """The CPU definitions in a file: bare ones, or those of domains or capabilities.

    With a session the user is warned of a definition of the host's CPU where a guest's is wanted.
    Raises CommandError where there is none.
    """
    from lxml import etree

    from vsh.xml.engine.reader import parse

    text = read_text(path)
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    found = parse(f"<container>{text}</container>").xpath(
        "/container/cpu | /container/domain/cpu | /container/capabilities/host/cpu"
        " | /container/domainCapabilities/cpu/mode[@name='host-model' and @supported='yes']"
    )
    if not found:
        raise CommandError(
            f"File '{path}' does not contain any <cpu> element or valid domain XML, "
            "host capabilities XML, or domain capabilities XML"
        )
    for cpu in found:
        if cpu.tag == "mode":
            cpu.tag = "cpu"
            cpu.attrib.clear()
        if session is not None and cpu.xpath("boolean(./feature[not(@policy)])"):
            session.warn("using host CPU definition as input may provide incorrect results")
    return [etree.tostring(cpu, encoding="unicode", with_tail=False) for cpu in found]


def compare_flags() -> int:
    """The options --error and --validate as one number."""
    return Flags(
        CompareCPU,
        error=("fail with an error that says what is missing", "FAIL_INCOMPATIBLE"),
        validate=("validate the definition against the schema", "VALIDATE_XML"),
    )


def compared(session: Session, result: int, file: str, other: str, failure: str) -> Document:
    """What came out of comparing the CPU in a file with another one, which messages call so.

    The command has failed where the CPUs are incompatible.  Raises CommandError(failure) for a
    result that nobody knows.
    """
    if result == CPUCompareResult.IDENTICAL:
        return Text(f"CPU described in {file} is identical to {other}\n", **_compared(result, file))
    if result == CPUCompareResult.SUPERSET:
        start = other[0].upper() + other[1:]
        return Text(
            f"{start} is a superset of CPU described in {file}\n", **_compared(result, file)
        )
    if result != CPUCompareResult.INCOMPATIBLE:
        raise CommandError(failure)
    session.status = 1
    return Text(
        f"CPU described in {file} is incompatible with {other}\n", **_compared(result, file)
    )


def _compared(result: int, file: str) -> dict[str, object]:
    return {"file": file, "comparison": CPUCompareResult(result).key}
