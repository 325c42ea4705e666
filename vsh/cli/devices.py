"""The atoms of the host's devices and of secrets."""

from __future__ import annotations

from vsh.cli.objects import atom, canonical_uuid, look_up, names_of
from vsh.errors import CommandError, InternalError, InvalidArgument, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.api.secret import Secret
    from vsh.cli.session import Session


WWN_LENGTH = 16


def find_device(session: Session, text: str, *, by_wwn: bool = True) -> NodeDevice:
    """The host's device that a text names: by name, or a SCSI host by "WWNN,WWPN".

    Raises CommandError.
    """
    connection = session.connection
    failure = f"Could not find matching device '{text}'"
    if by_wwn and "," in text:
        names = split_commas(text)
        if len(names) != 2:
            raise CommandError(f"Malformed device value '{text}'", hint="WWNN,WWPN")
        for name in names:
            if len(name) != WWN_LENGTH or any(
                char not in "0123456789abcdefABCDEF" for char in name
            ):
                raise InternalError(f"Malformed wwn: {name}")
        with failing(failure):
            return connection.node_device_lookup_scsi_host_by_wwn(names[0], names[1])
    with failing(failure):
        return connection.node_device_lookup_by_name(text)


def split_commas(text: str) -> list[str]:
    """The parts of a comma-separated text; a doubled comma is a comma."""
    parts = [""]
    position = 0
    while position < len(text):
        if text.startswith(",,", position):
            parts[-1] += ","
            position += 2
        elif text[position] == ",":
            parts.append("")
            position += 1
        else:
            parts[-1] += text[position]
            position += 1
    return parts


def device_argument(
    help: str = "device name or wwn pair in 'wwnn,wwpn' format",
    *,
    by_wwn: bool = True,
    by_place: bool = False,
) -> NodeDevice:
    """A device of the host given by position; with ``by_place`` an optional ``--device``."""

    def find(session: Session, text: str) -> NodeDevice:
        return find_device(session, text, by_wwn=by_wwn)

    return atom(find, names_of("list_all_node_devices"), help, by_place=by_place)


NODE_DEVICE = device_argument()
NAMED_DEVICE = device_argument("device name", by_wwn=False)


def find_secret(session: Session, text: str) -> Secret:
    """The secret of a UUID.  Raises CommandError."""

    def find(text: str) -> Secret:
        uuid = canonical_uuid(text)
        if uuid is None:
            raise InvalidArgument.whole(
                "uuidstr in virSecretLookupByUUIDString must be a valid UUID"
            )
        return session.connection.secret_lookup_by_uuid(uuid)

    return look_up(session, "secret", text, "secret", [("secret UUID", find)])


SECRET_UUIDS = names_of("list_all_secrets", word="uuid")


def secret_argument(help: str = "secret UUID", *, by_place: bool = False) -> Secret:
    """A secret given by position; with ``by_place`` an optional ``--secret``."""
    return atom(find_secret, SECRET_UUIDS, help, by_place=by_place)


SECRET = secret_argument()
