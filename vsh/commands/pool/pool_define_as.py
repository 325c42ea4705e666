"""pool-define-as: define a pool that stays, described by options."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Argument, Flag
from vsh.commands.pool._shared import described, pool_xml, types
from vsh.errors import failing
from vsh.output.document import Done, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("secret-usage", "secret-uuid"),))
def pool_define_as(
    name: str = Argument("name of the pool", complete=()),
    type: str = Argument("type of the pool", complete=types),
    print_xml: bool = Flag("print the description rather than use it"),
    source_host: str | None = described("source_host"),
    source_path: str | None = described("source_path"),
    source_dev: str | None = described("source_dev"),
    source_name: str | None = described("source_name"),
    target: str | None = described("target"),
    source_format: str | None = described("source_format"),
    auth_type: str | None = described("auth_type"),
    auth_username: str | None = described("auth_username"),
    secret_usage: str | None = described("secret_usage"),
    secret_uuid: str | None = described("secret_uuid"),
    adapter_name: str | None = described("adapter_name"),
    adapter_wwnn: str | None = described("adapter_wwnn"),
    adapter_wwpn: str | None = described("adapter_wwpn"),
    adapter_parent: str | None = described("adapter_parent"),
    adapter_parent_wwnn: str | None = described("adapter_parent_wwnn"),
    adapter_parent_wwpn: str | None = described("adapter_parent_wwpn"),
    adapter_parent_fabric_wwn: str | None = described("adapter_parent_fabric_wwn"),
    source_protocol_ver: str | None = described("source_protocol_ver"),
    source_initiator: str | None = described("source_initiator"),
    connection: Any = CONNECTION,
) -> Document:
    """Define a storage pool that options describe, without starting it.

    With --print-xml the description is only printed.
    """
    xml = pool_xml(name, type, locals())  # the options, under their own names
    if print_xml:
        return Xml(xml)
    with failing(f"Failed to define pool {name}"):
        connection.storage_pool_define_xml(xml)
    return Done("Pool {pool} defined", pool=name)
