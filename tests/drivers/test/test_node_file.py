"""Worlds read from files."""

from __future__ import annotations

import pytest

import vsh
from vsh.errors import AuthFailed

DOMAIN = (
    "<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
    "<name>a</name><memory>1024</memory><os><type>hvm</type></os>{}</domain>"
)
SNAPSHOT = (
    "<test:domainsnapshot><name>{}</name><creationTime>1</creationTime><state>running</state>"
    "{}<active>{}</active></test:domainsnapshot>"
)


@pytest.fixture
def world(tmp_path):
    """Open a world with the given contents of its <node>."""
    opened = []

    def open_world(inside, **options):
        file = tmp_path / "world.xml"
        file.write_text(f"<node>{inside}</node>")
        opened.append(vsh.connect(f"test://{file}", **options))
        return opened[-1]

    yield open_world
    for connection in opened:
        connection.close()


def test_each_connection_has_its_own(world):
    one, two = world(DOMAIN.format("")), world(DOMAIN.format(""))
    one.domain("a").destroy()
    assert two.domain("a").is_active() == 1


@pytest.mark.parametrize(
    ("extra", "state", "persistent", "saved"),
    [
        ("", 1, 1, 0),
        ("<test:runstate>3</test:runstate>", 3, 1, 0),
        ("<test:runstate>5</test:runstate>", 5, 1, 0),
        ("<test:transient/>", 1, 0, 0),
        ("<test:runstate>5</test:runstate><test:hasmanagedsave/>", 5, 1, 1),
    ],
)
def test_states_of_domains(world, extra, state, persistent, saved):
    domain = world(DOMAIN.format(extra)).domain("a")
    assert tuple(domain.get_state(0)) == (state, 0)
    assert domain.is_persistent() == persistent
    assert domain.has_managed_save_image(0) == saved


def test_snapshots(world):
    snapshots = SNAPSHOT.format("s1", "", 0) + SNAPSHOT.format(
        "s2", "<parent><name>s1</name></parent>", 1
    )
    domain = world(DOMAIN.format(snapshots)).domain("a")
    assert domain.snapshot_current(0).name == "s2"
    assert domain.snapshot("s2").get_parent(0).name == "s1"
    assert "test:" not in domain.get_xml_desc(0)


def test_the_host(world):
    info = world(
        "<cpu><mhz>6000</mhz><model>i986</model><active>50</active><nodes>4</nodes>"
        "<sockets>4</sockets><cores>4</cores><threads>2</threads></cpu><memory>8192000</memory>"
    ).node_get_info()
    assert list(info) == ["i986", 8192000, 50, 6000, 4, 4, 4, 2]


def test_parts_in_files_of_their_own(world, tmp_path):
    (tmp_path / "d.xml").write_text(DOMAIN.format(""))
    assert world("<domain file='d.xml'/>").domain("a").is_active() == 1


def test_networks_pools_and_devices(world):
    connection = world(
        "<network><name>n</name><ip address='10.0.0.1' netmask='255.255.0.0'/></network>"
        "<pool type='dir'><name>p</name><target><path>/p</path></target>"
        "<volume><name>v</name><capacity unit='M'>1</capacity></volume></pool>"
        "<device><name>d</name>"
        "<capability type='net'><interface>e</interface></capability></device>"
        "<interface type='ethernet' name='e'><mac address='aa:bb:cc:dd:ee:01'/></interface>"
    )
    pool = connection.storage_pool_lookup_by_name("p")
    assert pool.vol_lookup_by_name("v").get_path() == "/p/v"
    assert pool.vol_lookup_by_name("v").get_info().capacity == 1024 * 1024
    assert connection.network_lookup_by_name("n").is_active() == 1
    assert connection.node_device_lookup_by_name("d").list_caps() == ["net"]
    assert connection.interface_lookup_by_mac_string("AA:bb:cc:dd:ee:01").name == "e"


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<cpu><mhz>x</mhz></cpu>", "XML error: invalid node cpu mhz value"),
        ("<cpu><nodes>-1</nodes></cpu>", "XML error: invalid node cpu nodes value"),
        ("<memory>z</memory>", "XML error: invalid node memory value"),
        (
            f"<cpu><model>{'m' * 32}</model></cpu>",
            f"internal error: Model {'m' * 32} too big for destination",
        ),
        (
            DOMAIN.format("<test:runstate>99</test:runstate>"),
            "XML error: runstate '99' out of range'",
        ),
        (DOMAIN.format("<test:runstate>x</test:runstate>"), "XML error: invalid runstate"),
        (
            DOMAIN.format("<test:runstate>5</test:runstate><test:transient/>"),
            "XML error: transient domain cannot have runstate 'shutoff'",
        ),
        (
            DOMAIN.format("<test:hasmanagedsave/>"),
            "XML error: domain with managedsave data can only have runstate 'shutoff'",
        ),
        (
            DOMAIN.format("<test:domainsnapshot><name>s</name></test:domainsnapshot>"),
            "internal error: missing creationTime from existing snapshot",
        ),
        (
            DOMAIN.format(SNAPSHOT.format("s", "<parent><name>x</name></parent>", 0)),
            "internal error: Snapshots have inconsistent relations for domain a",
        ),
        (
            DOMAIN.format(SNAPSHOT.format("s", "", 1) + SNAPSHOT.format("t", "", 1)),
            "internal error: more than one snapshot claims to be active",
        ),
        ("<auth><user/></auth>", "XML error: missing username in /node/auth/user field"),
    ],
)
def test_what_is_wrong(world, refused, inside, message):
    assert refused(world, inside) == message


def test_a_file_that_is_not_there(refused):
    assert refused(vsh.connect, "test:///no-such-folder") == (
        "Failed to open file '/no-such-folder': No such file or directory"
    )


def test_a_file_that_is_not_xml(refused, tmp_path):
    file = tmp_path / "w.xml"
    file.write_text("<node>")
    assert refused(vsh.connect, f"test://{file}").startswith(
        f"{file}:1: Premature end of data in tag node line 1\n"
    )


def test_another_document(refused, tmp_path):
    file = tmp_path / "w.xml"
    file.write_text("<domain/>")
    assert refused(vsh.connect, f"test://{file}") == (
        "XML error: expecting root element of 'node', not 'domain'"
    )


USERS = "<auth><user>alice</user><user password='123456'>bob</user></auth>"


@pytest.mark.parametrize(("answers", "asked"), [(["alice"], 1), (["bob", "123456"], 2)])
def test_users_that_may_enter(world, answers, asked):
    questions = []

    def ask(prompt, *, secret):
        questions.append((prompt, secret))
        return answers[len(questions) - 1]

    world(USERS, ask=ask)
    assert len(questions) == asked
    assert questions[0] == ("Enter username for localhost", False)
    assert questions[1:] in ([], [("Enter bob's password for localhost", True)])


@pytest.mark.parametrize("answers", [["bob", "wrong"], ["mallory", "123456"], ["", ""]])
def test_users_that_may_not(world, answers):
    left = iter(answers)
    with pytest.raises(AuthFailed) as caught:
        world(USERS, ask=lambda prompt, *, secret: next(left))
    assert caught.value.message == (
        "authentication failed: authentication failed, see test XML for the correct "
        "username/password"
    )
    assert next(left, None) is None
