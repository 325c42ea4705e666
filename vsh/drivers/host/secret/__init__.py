"""The secrets of this root: what one is, its value, forgetting it."""

from __future__ import annotations

from vsh.api import secret as api
from vsh.drivers.part import Part
from vsh.errors import InvalidArgument, InvalidSecret
from vsh.words.event import SecretEventLifecycleType
from vsh.words.event_id import SecretEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.secret.secrets import Secret as Kept
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.drivers.state.bus import Bus


class Secret(Part, answers=api):
    """Answers about a secret."""

    prefix = "secret"
    driver: HostDriver

    @property
    def _secrets(self) -> Secrets:
        return self.driver.hypervisor.secrets

    def get_xml_desc(self, secret: api.Secret, flags: int = 0) -> str:
        self.accept(flags, 0, "secretGetXMLDesc")
        with self._secrets.query(self._secrets.called(secret.uuid)) as found:
            return found.definition.format()

    def set_value(self, secret: api.Secret, value: bytes, flags: int = 0) -> None:
        self.accept(flags, 0, "secretSetValue")
        if not value:
            raise InvalidArgument.whole("value in virSecretSetValue must not be NULL")
        with self._secrets.modify(self._secrets.called(secret.uuid)) as found:
            self._secrets.set_value(found, bytes(value))
            tell(self.driver.hypervisor.bus, found, SecretEventID.VALUE_CHANGED)

    def get_value(self, secret: api.Secret, flags: int = 0) -> bytes:
        self.accept(flags, 0, "secretGetValue")
        with self._secrets.query(self._secrets.called(secret.uuid)) as found:
            if found.definition.private:
                raise InvalidSecret("secret is private")
            return self._secrets.value(found)

    def undefine(self, secret: api.Secret) -> None:
        with self._secrets.modify(self._secrets.called(secret.uuid)) as found:
            self._secrets.remove(found)
            found.sealed = None
            tell(self.driver.hypervisor.bus, found, SecretEventID.LIFECYCLE, _UNDEFINED, 0)


_UNDEFINED = int(SecretEventLifecycleType.UNDEFINED)


def tell(bus: Bus, secret: Kept, number: int, *values: object) -> None:
    """Tell whoever listens that something happened to a secret."""
    known = (secret.uuid, secret.usage, secret.usage_id)
    bus.tell("secret", number, secret.uuid, lambda asker: api.Secret(asker, *known), *values)
