"""net-update: change a part of a network."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import NETWORK
from vsh.cli.objects import IMPACT_EXCLUSIVE, file_names
from vsh.cli.params import Argument, Option, int32
from vsh.commands._definitions import changed
from vsh.commands._files import read_text
from vsh.commands.network._shared import network_impact
from vsh.errors import CommandError, failing
from vsh.output.document import Said
from vsh.words.network import NetworkUpdate, NetworkUpdateCommand, NetworkUpdateSection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


COMMANDS = NetworkUpdateCommand.words()
SECTIONS = NetworkUpdateSection.words()


@command(exclusive=IMPACT_EXCLUSIVE)
def net_update(
    network: Network = NETWORK,
    command: str = Argument(
        "what to do: add-first, add-last (or add), delete or modify",
        complete=("add", *COMMANDS[1:]),
    ),
    section: str = Argument("the part of the network's description", complete=SECTIONS[1:]),
    xml: str = Argument(
        "the element to add or modify, or one that matches it; or a file with it",
        complete=file_names,
    ),
    parent_index: int = Option(
        "which of several parents the element is in", kind=int32, by_place=True, default=-1
    ),
    impact: int = network_impact("config", "live", "current"),
) -> Document:
    """Change a part of a network, while it runs or in its definition.

    Examples:
        net-update default add ip-dhcp-host host.xml --live --config
            # a fixed address for a guest
    """
    action = "add-last" if command == "add" else command
    if action not in COMMANDS[1:]:
        raise CommandError(
            f"unrecognized command name '{command}'", hint="one of add, " + ", ".join(COMMANDS[1:])
        )
    if section not in SECTIONS[1:]:
        raise CommandError(
            f"unrecognized section name '{section}'", hint="one of " + ", ".join(SECTIONS[1:])
        )
    text = xml if xml.startswith("<") else read_text(xml)
    with failing(f"Failed to update network {network.name}"):
        network.update(COMMANDS.index(action), SECTIONS.index(section), parent_index, text, impact)
    what = changed(network, NetworkUpdate, impact)
    return Said(f"Updated network {{network}} {what}", network=network.name)
