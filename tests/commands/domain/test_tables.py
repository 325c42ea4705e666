"""Key codes, displays, JSON and modes: small tables and what is read from them."""

from __future__ import annotations

import pytest

from vsh.commands.domain._devices_xml import tree
from vsh.commands.domain._displays import display
from vsh.commands.domain._json import NOTHING, formatted, parsed
from vsh.commands.domain._keycodes import SETS, codes
from vsh.commands.domain._shared import listed, modes
from vsh.errors import CommandError
from vsh.words.domain.lifecycle import DomainShutdown


def test_key_codes() -> None:
    assert codes(SETS.index("linux"))["KEY_LEFTCTRL"] == 29
    assert codes(SETS.index("win32"))["VK_ESCAPE"] == 0x1B
    assert codes(SETS.index("os_x"))["Escape"] == 0x35
    assert codes(SETS.index("xt")) == {}
    assert all(
        0 <= code <= 0xFFFF for number in range(len(SETS)) for code in codes(number).values()
    )


def uri(graphics: str, scheme: str, server: str | None = None) -> str | None:
    found = display(tree(f"<domain><devices>{graphics}</devices></domain>"), scheme, server)
    return None if found is None else found.uri


@pytest.mark.parametrize(
    ("graphics", "expected"),
    [
        ("<graphics type='vnc' port='5901'/>", "vnc://localhost:1"),
        ("<graphics type='vnc' port='5901' listen='10.0.0.1'/>", "vnc://10.0.0.1:1"),
        ("<graphics type='vnc' port='5901' listen='0.0.0.0'/>", "vnc://far:1"),
        ("<graphics type='vnc' port='5901' listen='fe80::1'/>", "vnc://[fe80::1]:1"),
        ("<graphics type='vnc' port='5901' passwd='p'/>", "vnc://:p@localhost:1"),
        ("<graphics type='vnc' port='-1'/>", "vnc://localhost:-5901"),
        ("<graphics type='vnc'><listen type='socket' socket='/s'/></graphics>", "vnc+unix:///s"),
        ("<graphics type='vnc'/>", None),
        ("", None),
    ],
)
def test_vnc_displays(graphics: str, expected: str | None) -> None:
    assert uri(graphics, "vnc", "far") == expected


def test_other_displays() -> None:
    spice = "<graphics type='spice' port='5900' tlsPort='5901' passwd='p'/>"
    assert uri(spice, "spice") == "spice://localhost:5900?tls-port=5901&password=p"
    assert uri("<graphics type='dbus' address='unix:path=/b'/>", "dbus") == "dbus+unix:///b"
    with pytest.raises(CommandError, match="'tcp:x' D-Bus address is not handled"):
        uri("<graphics type='dbus' address='tcp:x'/>", "dbus")


def test_json() -> None:
    assert parsed("{") is NOTHING
    assert formatted({"a": [1, {}], "b": "é"}, pretty=False) == '{"a":[1,{}],"b":"é"}'
    assert formatted({"a": [1, {}]}, pretty=True) == '{\n  "a": [\n    1,\n    {}\n  ]\n}'


def test_modes() -> None:
    assert modes(None, DomainShutdown, ", or") == 0
    assert modes("acpi,agent", DomainShutdown, ", or") == 3
    with pytest.raises(CommandError, match=r"Unknown mode x value, .* 'signal', or 'paravirt'"):
        modes("acpi,x", DomainShutdown, ", or")


def test_lists_complete_at_their_last_word() -> None:
    complete = listed(("acpi", "agent"))
    assert complete(None, "", {}) == ["acpi", "agent"]
    assert complete(None, "acpi,a", {}) == ["acpi,agent"]
