"""maxvcpus: how many virtual CPUs a guest may have."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Option
from vsh.commands.host._shared import virtualizers
from vsh.errors import Error
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="max_vcpus")
def maxvcpus(
    type: str | None = Option("type of domain", by_place=True, complete=virtualizers),
    connection: Connection = CONNECTION,
) -> Document:
    """Print the largest number of virtual CPUs that a guest may have.

    It may depend on the type of domain.

    Examples:
        maxvcpus --type kvm  # how many CPUs one guest may have
    """
    limit = None
    try:
        xml = connection.get_domain_capabilities(None, None, None, type)
    except Error:
        pass  # not every driver has domain capabilities; the older call has the answer
    else:
        if "<vcpu" in xml:
            from vsh.xml.engine.reader import parse

            number = parse(xml).xpath("number(./vcpu[1]/@max)")
            limit = None if number != number else int(number)  # noqa: PLR0124 - not a number
    if limit is None:
        limit = connection.get_max_vcpus(type)
    return Line("{max_vcpus}", max_vcpus=limit)
