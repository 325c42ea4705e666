"""A secret of this root: its definition, and its value, which is only ever decrypted in memory."""

from __future__ import annotations

import base64

from vsh.drivers.state.store import Kept, Store
from vsh.errors import InternalError, InvalidArgument, NoSecret
from vsh.words.secret import SecretUsageType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from vsh.drivers.host.secret.vault import Vault
    from vsh.drivers.state.record import Record, Text
    from vsh.drivers.state.store import Taking, Target
    from vsh.errors import Error
    from vsh.xml.secret import Secret as Definition


class Secret(Kept):
    """One secret; its name is its UUID.

    definition  what it is
    sealed      its value as it is kept, or None
    """

    __slots__ = ("definition", "sealed")

    def __init__(self, uuid: str, definition: Definition) -> None:
        super().__init__(uuid, uuid)
        self.definition = definition
        self.sealed: bytes | None = None

    @property
    def usage(self) -> int:
        """What kind of use it is for."""
        return _usage(self.definition)

    @property
    def usage_id(self) -> str:
        """What it is for."""
        return self.definition.usage_id or ""

    def record(self) -> Record | None:
        """What the state file keeps; None for one that lives in memory only."""
        from vsh.drivers.state.record import Record

        if self.definition.ephemeral:
            return None
        return Record(
            self.name,
            self.uuid,
            persistent=True,
            autostart=False,
            planned=self.definition.format(),
            live=None,
            facts={
                "value": None if self.sealed is None else base64.b64encode(self.sealed).decode()
            },
        )

    @classmethod
    def loaded(cls, kept: Record, planned: str) -> Self:
        """A secret that was kept."""
        secret = cls(kept.uuid, parsed(planned))
        secret.sealed = _sealed(kept)
        return secret

    def restore(self, kept: Record, planned: Text | None, live: Text | None) -> None:
        assert planned is not None  # it is never kept without
        self.definition, self.sealed = parsed(planned()), _sealed(kept)


class Secrets(Store[Secret]):
    """All secrets of a root.

    vault  what opens their values
    """

    __slots__ = ("vault",)

    vault: Vault

    def missing(self, target: Target) -> Error:
        return NoSecret(f"no secret with matching uuid '{target.uuid}'")

    def called(self, uuid: str) -> Secret:
        """The secret of that UUID.  Raises NoSecret."""
        found = self.known(uuid)
        if found is None:
            raise NoSecret(f"no secret with matching uuid '{uuid}'")
        return found

    def used_for(self, usage: int, usage_id: str) -> Secret | None:
        """The secret for a use."""
        for secret in self.all():
            if secret.usage == usage and usage and secret.usage_id == usage_id:
                return secret
        return None

    def check_definition(self, definition: Definition) -> None:
        """Refuse a definition that another secret, or its own one of before, is in the way of.

        Raises InternalError.
        """
        known = self.known(str(definition.uuid))
        if known is not None:
            if known.definition.usage_id != definition.usage_id:
                raise InternalError(
                    f"a secret with UUID {known.uuid} is already defined for use with "
                    f"{known.definition.usage_id}"
                )
            if known.definition.private and not definition.private:
                raise InternalError("cannot change private flag on existing secret")
            return
        other = self.used_for(_usage(definition), definition.usage_id or "")
        if other is not None:
            raise InternalError(
                f"a secret with UUID {other.uuid} already defined for use with "
                f"{definition.usage_id}"
            )

    def defining(self, definition: Definition) -> Taking[Secret]:
        """Hold the secret that a definition is of, made with it if there is none."""
        uuid = str(definition.uuid)
        return self.taking(uuid, uuid, lambda: Secret(uuid, definition))

    def value(self, secret: Secret) -> bytes:
        """The value of a secret that is held.  Raises NoSecret where it has none."""
        if secret.sealed is None:
            raise NoSecret(f"secret '{secret.uuid}' does not have a value")
        return self.vault.open(secret.sealed, secret.uuid)

    def set_value(self, secret: Secret, value: bytes) -> None:
        """Give a secret that is held its value."""
        secret.sealed = self.vault.seal(value, secret.uuid)

    def look_up(self, uuid: str | None, usage_id: str | None, usage: int) -> bytes:
        """The value that a document refers to, for a kind of use.

        Raises NoSecret; InvalidArgument where the secret is for another kind of use.
        """
        if uuid is not None:
            found = self.called(uuid)
        else:
            of_use = self.used_for(usage, usage_id or "")
            if of_use is None:
                raise NoSecret(f"no secret with matching usage '{usage_id}'")
            found = of_use
        with found:
            if found.usage not in (usage, SecretUsageType.NONE):
                is_for, wanted = (SecretUsageType(n).name.lower() for n in (found.usage, usage))
                raise InvalidArgument(
                    f"secret with uuid {found.uuid} is of type '{is_for}' not expected "
                    f"'{wanted}' type"
                )
            return self.value(found)


def _sealed(kept: Record) -> bytes | None:
    value = kept.facts["value"]
    return None if value is None else base64.b64decode(value)


def parsed(xml: str) -> Definition:
    """The definition in a document.  Raises the first problem."""
    from vsh.xml.engine.reader import read
    from vsh.xml.secret import Secret as Definition

    return read(xml, Definition)


def _usage(definition: Definition) -> int:
    return int(SecretUsageType[(definition.usage or "none").upper()])
