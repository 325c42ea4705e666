"""pool-create-as: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


# EXCLUSIVE_EXPR ['overwrite', 'overwrite', 'no-overwrite', 'no-overwrite']
@command
def pool_create_as(
    name: str = Argument(""),
    type: str = Argument(""),
    print_xml: bool = Flag(""),
    source_host: str | None = Option(""),
    source_path: str | None = Option(""),
    source_dev: str | None = Option(""),
    source_name: str | None = Option(""),
    target: str | None = Option(""),
    source_format: str | None = Option(""),
    auth_type: str | None = Option(""),
    auth_username: str | None = Option(""),
    secret_usage: str | None = Option(""),
    secret_uuid: str | None = Option(""),
    adapter_name: str | None = Option(""),
    adapter_wwnn: str | None = Option(""),
    adapter_wwpn: str | None = Option(""),
    adapter_parent: str | None = Option(""),
    adapter_parent_wwnn: str | None = Option(""),
    adapter_parent_wwpn: str | None = Option(""),
    adapter_parent_fabric_wwn: str | None = Option(""),
    source_protocol_ver: str | None = Option(""),
    source_initiator: str | None = Option(""),
    build: bool = Flag(""),
    no_overwrite: bool = Flag(""),
    overwrite: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
