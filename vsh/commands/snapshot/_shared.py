"""What the snapshot commands share: finding the snapshot that is meant, and its options."""

from __future__ import annotations

from vsh.cli.objects import Names, find_domain
from vsh.cli.params import Argument
from vsh.errors import CommandError
from vsh.words.connection import ListAllDomains

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.cli.params import Given
    from vsh.cli.session import Session

WITH_SNAPSHOTS = ListAllDomains.HAS_SNAPSHOT


class _Names(Names):
    """The names of the given domain's snapshots."""

    __slots__ = ()

    def objects(self, session: Session, given: Given) -> list[object]:
        name = given.get("domain")
        if not isinstance(name, str):
            return []
        return [*find_domain(session, name).list_all_snapshots(0)]


snapshot_names = _Names("list_all_snapshots")


def snapshot_argument(help: str = "name of the snapshot", *, required: bool = False) -> str:
    """A snapshot's name, by position."""
    name: str = Argument(help, required=required, complete=snapshot_names)
    return name


def find(
    domain: Domain,
    name: str | None,
    current: bool,
    *,
    option: str = "snapshotname",
    exclusive: bool = True,
) -> Any:
    """The snapshot that is meant: the named one, or the current one.

    Raises CommandError where neither or both are given, and the driver's error where there is none.
    """
    if exclusive and current and name is not None:
        raise CommandError(f"--{option} and --current are mutually exclusive")
    if name is not None:
        return domain.snapshot_lookup_by_name(name, 0)
    if current:
        return domain.snapshot_current(0)
    raise CommandError(
        f"--{option} or --current is required",
        hint="see 'snapshot-list' for the snapshots of a domain",
    )
