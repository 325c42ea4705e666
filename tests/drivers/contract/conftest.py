"""The drivers that the contract is run on: each gives a connection to a world of its own.

A test that needs another driver's answer to differ says so itself; none is left out in silence.
"""

from __future__ import annotations

import pytest

import vsh

NODE = """<node>
  <domain type='test'>
    <name>web</name>
    <uuid>11111111-1111-4111-8111-111111111111</uuid>
    <memory>65536</memory>
    <vcpu>1</vcpu>
    <os><type>hvm</type></os>
    <devices>
      <disk type='file' device='disk'>
        <source file='/images/web.qcow2'/>
        <target dev='vda' bus='virtio'/>
      </disk>
    </devices>
  </domain>
</node>
"""


@pytest.fixture(
    params=["test", "test-file", pytest.param("daemon-test", marks=pytest.mark.libvirtd)]
)
def connection(request, tmp_path):
    """An open connection; its world has one running domain with one disk.

    ``daemon-test`` is libvirt's own test driver, in a real daemon, over the wire: what is true of
    it and of ours is the contract.
    """
    uri = "test:///default"
    if request.param == "test-file":
        file = tmp_path / "node.xml"
        file.write_text(NODE)
        uri = f"test://{file}"
    elif request.param == "daemon-test":
        uri = request.getfixturevalue("libvirtd").uri_of("test", "/default")
    with vsh.connect(uri) as opened:
        yield opened


@pytest.fixture
def domain(connection):
    """The one domain."""
    return connection.list_all_domains(0)[0]


@pytest.fixture
def define(connection):
    """Define a domain of that name, which is off."""

    def define_domain(name, more=""):
        return connection.domain_define_xml(
            f"<domain type='test'><name>{name}</name><memory>1024</memory>"
            f"<os><type>hvm</type></os>{more}</domain>"
        )

    return define_domain
