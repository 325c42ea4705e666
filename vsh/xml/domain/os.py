"""<os>: what kind of guest it is, and how it boots."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlDetail, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Field, Flag, Int, Present, Text
from vsh.xml.engine.flags import ABI_UPDATE
from vsh.xml.engine.given import Given, Unexplained
from vsh.xml.engine.node import MERGED
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import INT_MAX, INT_MIN
from vsh.xml.shared.image import FORMATS, STORAGE_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading
    from vsh.xml.shared.image import Source

TYPES = ("hvm", "xen", "linux", "exe", "uml", "xenpvh")
ARCHITECTURES = (
    "alpha", "armv6l", "armv7b", "armv7l", "aarch64", "cris", "i686", "ia64", "lm32", "m68k",
    "microblaze", "microblazeel", "mips", "mipsel", "mips64", "mips64el", "openrisc", "parisc",
    "parisc64", "ppc", "ppc64", "ppc64le", "ppcemb", "riscv32", "riscv64", "s390", "s390x", "sh4",
    "sh4eb", "sparc", "sparc64", "unicore32", "x86_64", "xtensa", "xtensaeb", "itanium",
    "loongarch64", "amd64", "arm64", "i386",
)  # fmt: skip
OTHER_NAMES = ("itanium", "amd64", "arm64", "i386")
"""Of these, words that stand for others."""
IMAGE_FORMATS = ("raw", "qcow2")


class _ImageFormat(Choice):
    """A format that firmware and its variables can have; ``wrong`` is for the other formats."""

    def complaint(self, text: str, element: str) -> Error:
        if text in FORMATS:
            return super().complaint(text, element)
        return XmlError(
            f"Invalid value for attribute '{self.attribute}' in element '{element}': '{text}'."
        )


class FirmwareFeature(Element, tag="feature"):
    """A feature that the firmware has to have, or must not have."""

    enabled = Flag("@enabled", required=True, after="name")
    name = Choice[str]("@name", ("enrolled-keys", "secure-boot"), required=True)


class InitVariable(Element, tag="initenv"):
    """An environment variable of a container's init."""

    name = Text[str]("@name", required=(XmlError, "No name supplied for <initenv> element"))
    value = Text(".")

    def parsed(self, reading: Reading) -> Found:
        if self.value is None:
            yield XmlError(f"No value supplied for <initenv name='{self.name}'> element")


class InitArgument(Element, tag="initarg"):
    """An argument of a container's init."""

    value = Text(".")

    def parsed(self, reading: Reading) -> Found:
        if self.value is None:
            yield XmlError("No data supplied for <initarg> element")


class AcpiTable(Element, tag="table"):
    """An ACPI table given as a file."""

    type = Choice[str]("@type", ("raw", "rawset", "slic", "msdm"), required=True)
    path = Text(".", default="")


class Boot(Element, tag="boot"):
    """One kind of device to boot from."""

    dev = Choice[str]("@dev", ("fd", "cdrom", "hd", "network"), required=True)


class Nvram(Element, tag="nvram"):
    """Where the firmware keeps its variables: a path, or with a type a <source>."""

    omit_empty = True

    template = Text("@template")
    template_format = _ImageFormat(
        "@templateFormat", IMAGE_FORMATS, wrong=(XmlError, "Unsupported nvram template format '{}'")
    )
    type = Choice("@type", STORAGE_TYPES)
    format: Field = _ImageFormat(
        "@format", IMAGE_FORMATS, wrong=(XmlError, "Unsupported nvram format '{}'")
    )
    path = Text(".")
    source: Child[Source] = Child("vsh.xml.shared.image:Source", "source")

    def parsed(self, reading: Reading) -> Found:
        if self.type is None:
            self.source = None
        else:
            self.path = None
            if self.source is None:
                yield Unexplained(f"<nvram type='{self.type}'> needs a <source>")
            else:
                yield from self.source.settle(self.type, reading)


class Varstore(Element, tag="varstore"):
    """Where a JSON firmware keeps its variables."""

    template = Text("@template")
    path = Text("@path")


class _Timeout(Int):
    """A number that is looked at only where there is a boot menu."""

    def parse(self, text: str) -> str:  # type: ignore[override]
        return text


class Os(Element, tag="os"):
    """How the guest boots."""

    needs = ("type",)
    in_parts = True
    repeated = MERGED

    firmware = Choice(
        "@firmware",
        ("bios", "efi"),
        none="",
        wrong=(XmlError, "unknown firmware value {}"),
        after="features",
    )
    arch = Choice(
        "type/@arch", ARCHITECTURES, none="", wrong=(ConfigUnsupported, "Unknown architecture {}")
    )
    machine = Given("type/@machine", shape=r"[a-zA-Z0-9_.\-]+")
    type = Choice("type", TYPES, wrong=(ConfigUnsupported, "unknown OS type '{}'"), after="")
    features = Children(FirmwareFeature, "firmware/feature")
    init = Text("init")
    init_arguments = Children(InitArgument, "initarg", after="bios_serial")
    init_environment = Children(InitVariable, "initenv", after="bios_serial")
    init_directory = Text("initdir")
    init_user = Text("inituser")
    init_group = Text("initgroup")
    loader_readonly = Flag("loader/@readonly")
    loader_secure = Flag("loader/@secure", after="loader_type")
    loader_type = Choice("loader/@type", ("rom", "pflash"))
    loader_stateless = Flag("loader/@stateless")
    loader_format = _ImageFormat(
        "loader/@format",
        IMAGE_FORMATS,
        none="none",
        wrong=(XmlError, "Unsupported loader format '{}'"),
    )
    loader_given = Present("loader", when=lambda o: False)
    loader = Text("loader")
    nvram = Child(Nvram, "nvram", after="features")
    varstore = Child(Varstore, "varstore", after="bios_serial")
    kernel = Text("kernel")
    initrd = Text("initrd")
    cmdline = Text("cmdline")
    shim = Text("shim")
    dtb = Text("dtb")
    root = Text("root")
    acpi_tables = Children(AcpiTable, "acpi/table")
    boot = Children(Boot, "boot")
    boot_menu = Flag("bootmenu/@enable")
    boot_menu_timeout = _Timeout("bootmenu/@timeout", when=lambda o: o.boot_menu)
    bios_serial = Flag("bios/@useserial", after="bios_reboot_timeout")
    bios_reboot_timeout = Int("bios/@rebootTimeout", INT_MIN, INT_MAX)
    smbios = Choice(
        "smbios/@mode",
        ("none", "emulate", "host", "sysinfo"),
        wrong=(ConfigUnsupported, "unknown smbios mode '{}'"),
        skip="none",
        none="",
    )

    first = ("type", "loader", "bootmenu", "bios", "smbios")
    empty_nvram = False  # the document has one that says nothing, which is written nowhere

    def settle(self) -> None:
        """Keep what counts for this kind of guest."""
        kernel = ("kernel", "initrd", "shim", "dtb", "root")
        start = ("init", "init_arguments", "init_environment", "init_directory", "init_user",
                 "init_group")  # fmt: skip
        loader = ("loader_given", "loader", "loader_readonly", "loader_secure", "loader_type",
                  "loader_stateless", "loader_format", "nvram", "varstore")  # fmt: skip
        machine = ("firmware", "features", "acpi_tables", "boot", "boot_menu",
                   "boot_menu_timeout", "bios_serial", "bios_reboot_timeout")  # fmt: skip
        if self.type == "hvm":
            self.drop(*start)
            if self.firmware is None:
                self.features = []
        elif self.type in ("xen", "xenpvh", "uml"):
            self.drop(*start, *machine)
        elif self.type == "exe":
            self.drop(*kernel, *loader, *machine)
        else:
            self.drop(*kernel, *start, *loader, *machine, "cmdline")
        if self.nvram is not None and not list(self.nvram.values()):
            self.nvram, self.empty_nvram = None, True

    def parsed(self, reading: Reading) -> Found:
        if isinstance(self.boot_menu_timeout, str):
            timeout = Int("bootmenu/@timeout")
            try:
                value = timeout.parse(self.boot_menu_timeout)
            except ValueError:
                value = None
                if self.boot_menu:
                    yield (
                        "boot_menu_timeout",
                        timeout.complaint(self.boot_menu_timeout, "bootmenu"),
                    )
            self.boot_menu_timeout = value if self.boot_menu else None
        if self.nvram is not None and self.varstore is not None:
            yield "loader_format", XmlError("Cannot have both <nvram> and <varstore>")
        if self.features and self.firmware is None and reading.flags & ABI_UPDATE:
            yield (
                "features",
                XmlDetail(
                    "cannot use feature-based firmware autoselection when firmware autoselection "
                    "is disabled"
                ),
            )
        named = {feature.name: feature for feature in self.features if feature.name}
        self.features = [named[name] for name in sorted(named)]
        kinds = [table.type for table in self.acpi_tables]
        for number, kind in enumerate(kinds):
            if kind != "raw" and kind in kinds[:number]:
                yield "acpi_tables", XmlError(f"ACPI table type '{kind}' may only appear once")
                break
