"""Elements of libvirt's QEMU namespace: what is kept of them, and what is refused."""

from __future__ import annotations

import pytest

from tests.hypervisors.qemu.test_defaults import complete, guest
from vsh.errors import Error
from vsh.xml.engine.flags import INACTIVE

OPEN = "<domain type='qemu' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>"


def settled(inside: str) -> str:
    """A guest with elements of its own, as it is written once it is complete."""
    text = guest().replace("<domain type='qemu'>", OPEN).replace("</domain>", f"{inside}</domain>")
    assert OPEN in text
    return complete(text).format(INACTIVE)


def changed(attributes: str) -> str:
    return (
        f"<q:override><q:device alias='a'><q:frontend><q:property {attributes}/></q:frontend>"
        "</q:device></q:override>"
    )


def test_one_of_each_in_order() -> None:
    """What has a meaning is kept, in libvirt's order."""
    written = settled(
        "<q:deprecation/><q:deprecation behavior='crash'/><q:unknown/>"
        + changed("name='n' type='signed' value=' -5'")
        + "<q:override><q:device alias='b'><q:frontend/></q:device></q:override>"
        "<q:capabilities><q:del capability='x'/><q:add capability='y' z='1'/></q:capabilities>"
        "<q:commandline w='1'><q:env name='_A'/><q:arg value='1'/></q:commandline>"
        "<q:commandline><q:other/><arg value='no'/><q:arg value='&lt;2&gt;'/></q:commandline>"
    )
    assert written.partition("</devices>\n")[2] == (
        "  <qemu:commandline>\n"
        "    <qemu:arg value='1'/>\n"
        "    <qemu:arg value='&lt;2&gt;'/>\n"
        "    <qemu:env name='_A'/>\n"
        "  </qemu:commandline>\n"
        "  <qemu:capabilities>\n"
        "    <qemu:add capability='y'/>\n"
        "    <qemu:del capability='x'/>\n"
        "  </qemu:capabilities>\n"
        "  <qemu:override>\n"
        "    <qemu:device alias='a'>\n"
        "      <qemu:frontend>\n"
        "        <qemu:property name='n' type='signed' value=' -5'/>\n"
        "      </qemu:frontend>\n"
        "    </qemu:device>\n"
        "    <qemu:device alias='b'/>\n"
        "  </qemu:override>\n"
        "  <qemu:deprecation behavior='crash'/>\n"
        "</domain>\n"
    )


@pytest.mark.parametrize(
    "inside",
    ["<q:commandline/>", "<q:capabilities/>", "<q:override/>", "<q:unknown/>", "<q:deprecation/>"],
)
def test_nothing_said(inside: str) -> None:
    """Elements that say nothing go, and the namespace with them."""
    assert "qemu/1.0" not in settled(inside)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<q:commandline><q:arg/></q:commandline>", "No qemu command-line argument specified"),
        ("<q:commandline><q:env value='x'/></q:commandline>", "No qemu environment name specified"),
        ("<q:commandline><q:env name='1'/></q:commandline>", "must begin with a letter or under"),
        ("<q:commandline><q:env name=''/></q:commandline>", "must begin with a letter or under"),
        ("<q:commandline><q:env name='a-b'/></q:commandline>", "contain only alphanumerics and u"),
        ("<q:capabilities><q:del/></q:capabilities>", "missing capability name"),
        ("<q:override><q:device/></q:override>", "missing 'alias' attribute for qemu:device"),
        (changed("type='bool'"), "missing 'name' attribute for qemu:property"),
        (changed("name='id'"), "property with name 'id' can't be overridden"),
        (changed("name='n'"), "Missing required attribute 'type' in element 'property'"),
        (changed("name='n' type='x'"), "for attribute 'type' in element 'property': 'x'."),
        (changed("name='n' type='bool'"), "missing 'value' attribute for 'qemu:property'"),
        (changed("name='n' type='bool' value='yes'"), "invalid value 'yes' of 'value' attribute"),
        (changed("name='n' type='signed' value='1 '"), "invalid value '1 ' of 'value'"),
        (changed("name='n' type='signed' value='1_0'"), "invalid value '1_0' of 'value'"),
        (changed("name='n' type='signed' value='9223372036854775808'"), "invalid value"),
        (changed("name='n' type='unsigned' value='-1'"), "invalid value '-1' of 'value'"),
        (changed("name='n' type='remove' value=''"), "doesn't make sense with 'remove' type"),
    ],
)
def test_what_is_wrong(inside: str, text: str) -> None:
    """Refused in libvirt's words."""
    with pytest.raises(Error) as caught:
        settled(inside)
    assert text in str(caught.value)
