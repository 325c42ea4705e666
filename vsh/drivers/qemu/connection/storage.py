"""Which storage pools there are, this machine's; and which secrets, this root's."""

from vsh.api.connection import storage
from vsh.drivers.host.secrets import KeptSecrets
from vsh.drivers.host.storage import Storage as Pools


class Storage(Pools, KeptSecrets, answers=storage):
    """Storage pools, volumes and secrets."""
