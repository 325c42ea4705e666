"""One disk of an xl configuration: xl's own little language (xl-disk-configuration).

Parts stand between commas.  Those without an equals sign are, in this order, the image, its
format, the target and the access; ``target=`` takes all the rest.
"""

from __future__ import annotations

from vsh.errors import ConfSyntax

_FORMATS = {
    "": "raw", "raw": "raw", "qcow": "qcow", "qcow2": "qcow2", "vhd": "vhd", "xvhd": "vhd",
    "qed": "qed",
}  # fmt: skip
_ACCESS = {"": True, "r": False, "ro": False, "w": True, "rw": True, "w!": True, "!": True}
_BACKENDS = ("phy", "tap", "qdisk")
_IGNORED = ("direct-io-safe", "discard", "no-discard")
_OLD_FORMATS = ("raw", "qcow", "qcow2", "vhd")
_OLD_PREFIXES = ("tapdisk", "tap", "tap2", "aio", "ioemu", "file", "phy")


class DiskText:
    """What one disk's text says.

    path      the image or device, or None
    target    the name in the guest
    format    the image's format, or None
    backend   who serves it, or None
    writable  whether the guest may write
    cdrom     whether it is a CD-ROM
    left      the parts that a document has no word for
    """

    __slots__ = (
        "access",
        "backend",
        "cdrom",
        "format",
        "left",
        "old",
        "path",
        "target",
        "text",
        "writable",
    )

    def __init__(self, text: str) -> None:
        self.text = text
        self.path: str | None = None
        self.target: str | None = None
        self.format: str | None = None
        self.backend: str | None = None
        self.access: bool | None = None
        self.cdrom = False
        self.left: list[str] = []
        self.old = False
        rest = text
        while rest:
            rest = rest.lstrip(" \t\n")
            if rest.startswith("target="):
                self.path = rest[len("target=") :]
                break
            part, _, rest = rest.partition(",")
            if "=" in part:
                self._option(*part.split("=", 1))
            else:
                self._positional(part)
        self.writable = not self.cdrom and self.access in (None, True)
        if self.target is None:
            raise self._wrong("no vdev specified")
        if not self.path and not self.cdrom:
            raise self._wrong("no target specified (and device is not a CD-ROM)")

    def _wrong(self, words: str, value: str = "") -> ConfSyntax:
        shown = f": {value}" if value else ""
        return ConfSyntax(f"disk '{self.text}': {words}{shown}")

    def _option(self, name: str, value: str) -> None:
        if name == "format":
            self._format(value)
        elif name == "vdev":
            self.target = value
        elif name == "access":
            self._access(value)
        elif name in ("backendtype", "backend"):
            if name == "backendtype":
                if value not in _BACKENDS:
                    raise self._wrong("unknown value for backendtype", value)
                self.backend = value
            else:
                self.left.append(f"{name}={value}")
        elif name == "devtype":
            if value not in ("cdrom", "disk"):
                raise self._wrong("unknown value for type", value)
            self.cdrom = value == "cdrom"
        elif name == "script":
            self.left.append(f"{name}={value}")
        else:
            raise self._wrong("unknown parameter", f"{name}={value}")

    def _format(self, value: str) -> None:
        if value not in _FORMATS:
            raise self._wrong("unknown value for format", value)
        self.format = _FORMATS[value]

    def _access(self, value: str) -> None:
        if value not in _ACCESS:
            raise self._wrong("unknown value for access", value)
        self.access = _ACCESS[value]

    def _positional(self, value: str) -> None:
        if value in _IGNORED:
            self.left.append(value)
            return
        if value == "cdrom":
            self.cdrom = True
        elif self.path is None:
            self._image(value)
        elif not self.old and self.format is None and self.target is None:
            self._format(value)
        elif self.target is None:
            self.target, colon, kind = value.partition(":")
            if colon:
                if kind not in ("cdrom", "disk"):
                    raise self._wrong("unknown value for type", kind)
                self.cdrom = kind == "cdrom"
        elif self.access is None:
            self._access(value)
        else:
            raise self._wrong("too many positional parameters", value)

    def _image(self, value: str) -> None:
        """The image; what stood before a colon once said its format or its backend."""
        while True:
            prefix, colon, rest = value.partition(":")
            if not colon or prefix not in (*_OLD_FORMATS, *_OLD_PREFIXES):
                self.path = value
                return
            if prefix in _OLD_FORMATS:
                self.format = prefix
            self.old = True
            value = rest
