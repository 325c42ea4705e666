"""secret-set-value: give a secret its value."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import SECRET
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Flag, Option
from vsh.errors import CommandError, failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.secret import Secret
    from vsh.cli.session import Session
    from vsh.output.document import Document


MAX_SIZE = 1024


@command(
    exclusive=(
        ("file", "base64"),
        ("plain", "base64"),
        ("interactive", "base64"),
        ("interactive", "plain"),
        ("interactive", "file"),
    )
)
def secret_set_value(
    secret: Secret = SECRET,
    file: str | None = Option("file with the value", complete=file_names),
    plain: bool = Flag("the file has the value as it is rather than in base64"),
    interactive: bool = Flag("ask for the value on the terminal"),
    base64: str | None = Option(
        "the value in base64 (everyone on this host can see it)",
        by_place=True,
        complete=(),
        secret=True,
    ),
    session: Session = SESSION,
) -> Document:
    """Set the value of a secret.

    From a file, from the terminal, or from the command line, where others may see it.

    Examples:
        secret-set-value 3c7b8e0a-9a1d-4b59-8f0e-2d6c5b4a3f21 --interactive  # typed, and not shown
        secret-set-value 3c7b8e0a-9a1d-4b59-8f0e-2d6c5b4a3f21 --file key.bin --plain
            # from a file, as it is
    """
    if base64 is not None:
        session.warn("Passing secret value as command-line argument is insecure!")
        value = _decoded(base64.encode("utf-8", "surrogateescape"), lenient=session.lenient)
    elif file is not None:
        value = _content(file)
        if not plain:
            value = _decoded(value, lenient=session.lenient)
    elif interactive:
        from vsh.cli.asking import ask

        try:
            answer = ask(session.screen, "Enter new value for secret:", secret=True)
        except (EOFError, OSError):
            if not session.lenient:  # virsh tries it with nothing
                raise CommandError("Failed to read secret") from None
            answer = ""
        value = answer.encode("utf-8", "surrogateescape")
    else:
        raise CommandError(
            "Input secret value is missing", hint="--file, --interactive or --base64"
        )
    with failing("Failed to set secret value"):
        secret.set_value(value)
    return Done("Secret value set")


def _content(path: str) -> bytes:
    """The bytes of a file.  Raises CommandError."""
    import os

    try:
        with open(path, "rb") as file:
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        done = "read" if isinstance(error, IsADirectoryError) else "open"
        raise CommandError(f"Failed to {done} file '{path}': {error.strerror}") from None
    if len(data) > MAX_SIZE:
        raise CommandError(
            f"Failed to read file '{path}': {os.strerror(75)}",
            hint=f"a secret has at most {MAX_SIZE} bytes here",
        )
    return data


_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_PAD = ord("=")


def _decoded(data: bytes, *, lenient: bool) -> bytes:
    """What base64 stands for, as virsh reads it.  Raises CommandError where that is nothing.

    Characters that are not of it are skipped, four that are make up to three bytes, and what is
    left at the end is no whole and does not count.  vsh refuses such a rest unless ``lenient``: a
    secret that is cut is another secret.
    """
    ranks = {char: rank for rank, char in enumerate(_ALPHABET)} | {_PAD: 0}
    found = bytearray()
    known = [char for char in data.partition(b"\0")[0] if char in ranks]
    for place in range(0, len(known) - 3, 4):
        four = known[place : place + 4]
        number = 0
        for char in four:
            number = number << 6 | ranks[char]
        found.append(number >> 16 & 0xFF)
        if four[2] != _PAD:
            found.append(number >> 8 & 0xFF)
        if four[3] != _PAD:
            found.append(number & 0xFF)
    if not found or (len(known) % 4 and not lenient):
        raise CommandError("Secret value is not valid base64")
    return bytes(found)
