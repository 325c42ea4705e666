"""The atoms of storage: pools, and finding volumes."""

from __future__ import annotations

from vsh.cli.objects import Names, atom, look_up, names_of, uuid_way
from vsh.cli.params import Argument
from vsh.errors import CommandError, Error
from vsh.words.connection import ListAllStoragePools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api._call import Request
    from vsh.api.pool import Pool
    from vsh.api.volume import Volume
    from vsh.cli.params import Completer, Given
    from vsh.cli.session import Session


def find_pool(session: Session, text: str, by: str = "uuid name", option: str = "pool") -> Pool:
    """The storage pool that a text names: by UUID, then by name."""
    connection = session.connection
    ways: list[tuple[str, Callable[[str], Pool]]] = []
    if "uuid" in by:
        ways += uuid_way(text, "pool UUID", connection.storage_pool_lookup_by_uuid)
    if "name" in by:
        ways.append(("pool NAME", connection.storage_pool_lookup_by_name))
    return look_up(session, option, text, "pool", ways)


def pool_argument(
    help: str = "pool name or uuid",
    *,
    by: str = "uuid name",
    complete: int = 0,
    by_place: bool = False,
) -> Pool:
    """A storage pool given by position; with ``by_place`` an optional ``--pool``.

    complete  which pools to offer: flags of ``connection.list_all_storage_pools``
    """

    def find(session: Session, text: str) -> Pool:
        return find_pool(session, text, by)

    names = names_of("list_all_storage_pools", complete, word=by if by == "uuid" else "name")
    return atom(find, names, help, by_place=by_place)


POOL_NAMES = names_of("list_all_storage_pools")
POOL = pool_argument()
INACTIVE_POOL = pool_argument(complete=ListAllStoragePools.INACTIVE)
ACTIVE_POOL = pool_argument(complete=ListAllStoragePools.ACTIVE)
PERSISTENT_POOL = pool_argument(complete=ListAllStoragePools.PERSISTENT)


def find_volume(
    session: Session, text: str, pool: str | None = None, *, option: str | None = "pool"
) -> Volume:
    """The volume that a text names: by name in a pool, then by key, then by path.

    pool    the text that names the pool, or None
    option  the option that the pool is named by; None where the command has none
    Raises CommandError.
    """
    connection = session.connection
    ways: list[tuple[str, Callable[[str], Volume]]] = [
        ("vol key", connection.storage_vol_lookup_by_key),
        ("vol path", connection.storage_vol_lookup_by_path),
    ]
    if pool is None:
        try:
            return look_up(session, "vol", text, "vol", ways)
        except CommandError as error:
            if option is None:
                raise
            raise CommandError(
                f"failed to get vol '{text}', specifying --{option} might help"
            ) from error.__cause__
    holder = find_pool(session, pool, option=option or "pool")
    asked: list[Request[object]] = [
        holder.is_active.request(),
        holder.vol_lookup_by_name.request(text),
    ]
    active, named = connection.many(asked)
    if active != 1:
        if isinstance(active, Error):
            raise active
        raise CommandError(f"pool '{pool}' is not active", hint="start it with 'pool-start'")

    def by_name(_text: str) -> Volume:
        if isinstance(named, Error):
            raise named
        from vsh.api.volume import Volume

        assert isinstance(named, Volume)
        return named

    found = look_up(session, "vol", text, "vol", [("vol name", by_name), *ways])
    if found.pool != holder.name:
        raise CommandError(f"Requested volume '{text}' is not in pool '{holder.name}'")
    return found


class _Volumes(Names):
    """The names of a pool's volumes; the keys of all volumes of active pools where none is named,
    or where ``word`` is "key"."""

    __slots__ = ()

    def objects(self, session: Session, given: Given) -> list[object]:
        if self.word == "name" and given.get("pool"):
            return [*find_pool(session, given["pool"]).list_all_volumes()]
        connection = session.connection
        pools = connection.list_all_storage_pools(ListAllStoragePools.ACTIVE)
        answers = connection.many([pool.list_all_volumes.request() for pool in pools])
        return [each for answer in answers if not isinstance(answer, Error) for each in answer]

    def label(self, each: object, given: Given) -> str:
        by_name = self.word == "name" and given.get("pool")
        return str(getattr(each, "name" if by_name else "key"))


volume_names = _Volumes("list_all_volumes")
volume_keys = _Volumes("list_all_volumes", word="key")


def volume_argument(help: str = "vol name, key or path", complete: Completer = volume_names) -> str:
    """A volume given by position: its text, since the pool that it is in is another option's.

    Commands look it up with ``find_volume``.
    """
    text: str = Argument(help, complete=complete)
    return text


VOLUME = volume_argument()
VOLUME_KEY = volume_argument("volume key or path", volume_keys)
ACTIVE_POOL_NAMES = names_of("list_all_storage_pools", ListAllStoragePools.ACTIVE)
VOLUME_POOL = Argument("pool name or uuid", required=False, complete=ACTIVE_POOL_NAMES)
