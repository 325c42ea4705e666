"""Which secrets this root has, finding and defining them."""

from __future__ import annotations

from vsh.api.secret import Secret
from vsh.drivers.host.secret import tell
from vsh.drivers.part import Part
from vsh.drivers.state.filters import picked
from vsh.errors import NoSecret
from vsh.words.connection import ListAllSecrets
from vsh.words.event import SecretEventLifecycleType
from vsh.words.event_id import SecretEventID
from vsh.words.secret import SecretDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.secret.secrets import Secret as Kept
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.secret import Secret as Definition

_FILTERS: tuple[tuple[tuple[int, Callable[[Kept], bool]], ...], ...] = (
    (
        (ListAllSecrets.EPHEMERAL, lambda secret: bool(secret.definition.ephemeral)),
        (ListAllSecrets.NO_EPHEMERAL, lambda secret: not secret.definition.ephemeral),
    ),
    (
        (ListAllSecrets.PRIVATE, lambda secret: bool(secret.definition.private)),
        (ListAllSecrets.NO_PRIVATE, lambda secret: not secret.definition.private),
    ),
)


class KeptSecrets(Part):
    """Listing, finding, defining secrets: a part of the answers about storage."""

    driver: HostDriver

    @property
    def _secrets(self) -> Secrets:
        return self.driver.hypervisor.secrets

    def num_of_secrets(self, connection: Connection) -> int:
        return len(self._secrets)

    def list_secrets(self, connection: Connection) -> list[str]:
        return [secret.uuid for secret in self._secrets.all()]

    def list_all_secrets(self, connection: Connection, flags: int = 0) -> list[Secret]:
        self.accept(flags, 0xF, "secretConnectListAllSecrets")
        return [
            self._handle(connection, secret)
            for secret in picked(self._secrets.all(), flags, _FILTERS)
        ]

    def secret_lookup_by_uuid(self, connection: Connection, uuid: str) -> Secret:
        return self._handle(connection, self._secrets.called(uuid))

    def secret_lookup_by_usage(self, connection: Connection, usage: int, usage_id: str) -> Secret:
        found = self._secrets.used_for(usage, usage_id)
        if found is None:
            raise NoSecret(f"no secret with matching usage '{usage_id}'")
        return self._handle(connection, found)

    def secret_define_xml(self, connection: Connection, xml: str, flags: int = 0) -> Secret:
        self.accept(flags, SecretDefine.VALIDATE, "secretDefineXML")
        definition = _read(xml, validate=bool(flags & SecretDefine.VALIDATE))
        with self._secrets.making:
            self._secrets.check_definition(definition)
            with self._secrets.defining(definition) as (found, _):
                found.definition = definition
                defined = int(SecretEventLifecycleType.DEFINED)
                tell(self.driver.hypervisor.bus, found, SecretEventID.LIFECYCLE, defined, 0)
                return self._handle(connection, found)

    @staticmethod
    def _handle(connection: Connection, secret: Kept) -> Secret:
        return Secret(connection, secret.uuid, secret.usage, secret.usage_id)


def _read(xml: str, *, validate: bool) -> Definition:
    from vsh.drivers.host.secret.secrets import parsed

    if validate:
        from vsh.xml.schema import check
        from vsh.xml.secret import Secret as Document

        error = check(xml, "secret", Document)
        if error is not None:
            raise error
    return parsed(xml)
