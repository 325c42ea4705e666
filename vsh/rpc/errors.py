"""libvirt's errors on the wire (``virNetMessageError``): code, domain, text, level and details.

A daemon's text is shown to a person, so control characters in it are replaced: a hostile daemon
must not reach the terminal.  An error that does not decode is an RpcError itself.
"""

from __future__ import annotations

from vsh.errors import Error, NoSupport, RpcError, from_wire
from vsh.rpc.xdr import STRING_MAX, Reader, Writer

FROM_RPC = 7
FROM_REMOTE = 13

DETAILS = ("str1", "str2", "str3")

_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")
_CONTROL[0x0A] = "\n"
_CONTROL[0x09] = "\t"


def printable(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return text if text.isprintable() else text.translate(_CONTROL)


def decode(payload: bytes) -> Error:
    """The Error that a reply or a stream packet carries."""
    reader = Reader(payload)
    try:
        code = reader.i32()
        domain = reader.i32()
        message = _optional(reader)
        level = reader.i32()
        if reader.flag():  # the domain it is about
            reader.blob()
            reader.fixed(16 + 4)
        details = [_optional(reader) for _ in DETAILS]
    except RpcError as error:
        return error
    text = "Unknown error" if message is None else message
    if (
        code == RpcError.code
        and domain in (FROM_RPC, FROM_REMOTE)
        and level == 2
        and text.startswith("unknown procedure")
    ):
        code = NoSupport.code
    found = from_wire(code, domain, text, level)
    found.facts = {
        name: detail for name, detail in zip(DETAILS, details, strict=True) if detail is not None
    } or None
    return found


def encode(error: Error) -> bytes:
    """The payload that tells a client of an error."""
    writer = Writer()
    facts = error.facts or {}
    writer.i32(error.code)
    writer.i32(error.domain)
    _put(writer, error.message)
    writer.i32(error.level)
    writer.flag(False)  # noqa: FBT003
    for name in DETAILS:
        _put(writer, facts.get(name))
    writer.i32(-1)
    writer.i32(-1)
    writer.flag(False)  # noqa: FBT003
    return bytes(writer.data)


def _optional(reader: Reader) -> str | None:
    return printable(str(reader.blob(), "utf-8", "replace")) if reader.flag() else None


def _put(writer: Writer, text: object) -> None:
    if not isinstance(text, str):
        writer.flag(False)  # noqa: FBT003
        return
    writer.flag(True)  # noqa: FBT003
    writer.blob(text.encode("utf-8", "replace")[:STRING_MAX])
