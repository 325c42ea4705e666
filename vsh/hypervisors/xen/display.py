"""The display of a Xen guest."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.devices import vnc
from vsh.hypervisors.xen.values import Values
from vsh.xml.engine.text import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.graphics import Graphics

_LONGEST_DISPLAY = 1023


def display(domain: Domain, values: Values) -> None:
    """The display: of a full guest by entries of its own, else as a virtual frame buffer."""
    if domain.os.type == "hvm":
        _full_display(domain, values)
        return
    value = values.conf.get("vfb")
    found = values.conf.strings("vfb") if isinstance(value, list) else None
    if found:
        if len(found[0]) > _LONGEST_DISPLAY:
            raise InternalError(f"VFB {found[0]} too big for destination")
        domain.graphics = [_frame_buffer(found[0])]


def _full_display(domain: Domain, values: Values) -> None:
    from vsh.xml.domain.devices.graphics import Graphics

    if values.flag("vnc", default=False):
        unused = values.flag("vncunused", default=True)
        port = None if unused else values.number("vncdisplay", 0) + 5900
        address = values.string("vnclisten")
        passwd = values.string("vncpasswd")
        domain.graphics = [vnc(port, address, values.string("keymap"), passwd)]
    elif values.flag("sdl", default=False):
        domain.graphics = [
            Graphics(
                type="sdl", display=values.string("display"), xauth=values.string("xauthority")
            )
        ]


def _frame_buffer(text: str) -> Graphics:
    from vsh.xml.domain.devices.graphics import Graphics

    pairs = {}
    for part in text.split(","):
        key, equals, value = part.lstrip(" \t").partition("=")
        if not equals:
            break
        pairs[key] = value
    if "type=sdl" in text:
        return Graphics(type="sdl", display=pairs.get("display"), xauth=pairs.get("xauthority"))
    port = 0
    shown = pairs.get("vncdisplay")
    if shown is not None:
        try:
            port = number(shown) + 5900
        except ValueError:
            raise InternalError(f"invalid vncdisplay value '{shown}'") from None
    graphics = vnc(port, pairs.get("vnclisten"), pairs.get("keymap"), pairs.get("vncpasswd"))
    graphics.autoport = pairs.get("vncunused") == "1"
    return graphics
