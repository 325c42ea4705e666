"""What is changed: documents of all families, configurations, lines, URIs, settings, journals."""

from __future__ import annotations

WORDS = (
    "", "0", "-1", "1", "4294967295", "4294967296", "18446744073709551616", "9" * 5000, "0x10",
    "1.5", "yes", "no", "on", "none", "default", "bogus", " ", "\t", "a" * 5000, "\u0663", "\u00b2",
    "%00", "%n", "../", "/", "'", '"', "&#0;", "\ud800", "6464", "::1", "1.2.3.4", "[", "]", "{",
    "[" * 3000, "=", ",", ";", "\\", "$(id)", "`id`", "\x1b[31m", "\x00", "\n", "-", "--", "--help",
)  # fmt: skip
SAMPLES = {
    "network": "<network><name>n</name><forward mode='nat'><nat><port start='1' end='2'/></nat>"
    "</forward><bridge name='b0'/><dns><txt name='a' value='b'/><srv service='s' protocol='tcp'/>"
    "<host ip='1.2.3.4'><hostname>h</hostname></host></dns><ip address='10.0.0.1' prefix='24'>"
    "<dhcp><range start='10.0.0.2' end='10.0.0.9'/><host mac='52:54:00:00:00:01' ip='10.0.0.3'/>"
    "</dhcp></ip><route address='10.1.0.0' prefix='16' gateway='10.0.0.2'/></network>",
    "pool": "<pool type='netfs'><name>p</name><source><host name='h'/><dir path='/d'/>"
    "<format type='nfs'/></source><target><path>/t</path><permissions><mode>0755</mode>"
    "<owner>0</owner></permissions></target></pool>",
    "volume": "<volume><name>v</name><capacity unit='MiB'>1</capacity><target><path>/v</path>"
    "<format type='qcow2'/><encryption format='luks'><secret type='passphrase' usage='u'/>"
    "</encryption><features><lazy_refcounts/></features></target></volume>",
    "secret": "<secret ephemeral='no' private='yes'><usage type='volume'><volume>/v</volume>"
    "</usage></secret>",
    "interface": "<interface type='bridge' name='b0'><protocol family='ipv4'><ip address='1.2.3.4' "
    "prefix='24'/><route gateway='1.2.3.1'/></protocol><bridge stp='on'><interface type='bond' "
    "name='d'><bond mode='802.3ad'><miimon freq='1'/></bond></interface></bridge></interface>",
    "device": "<device><name>d</name><capability type='pci'><domain>0</domain><bus>0</bus><slot>1"
    "</slot><function>0</function><product id='0x1'/><vendor id='0x2'/></capability></device>",
    "filter": "<filter name='f' chain='ipv4'><rule action='drop' direction='in'><tcp "
    "srcportstart='1' comment='c'/></rule><filterref filter='g'><parameter name='A' value='1'/>"
    "</filterref></filter>",
    "domainsnapshot": "<domainsnapshot><name>s</name><state>running</state><memory snapshot="
    "'external' file='/m'/><disks><disk name='vda' snapshot='external'><source file='/s'/></disk>"
    "</disks><domain type='test'><name>d</name><memory>1</memory><os><type>hvm</type></os></domain>"
    "</domainsnapshot>",
    "domaincheckpoint": "<domaincheckpoint><name>c</name><disks><disk name='vda' checkpoint="
    "'bitmap' bitmap='b'/></disks></domaincheckpoint>",
    "filterbinding": "<filterbinding><owner><name>d</name><uuid>11111111-2222-3333-4444-"
    "555555555555</uuid></owner><portdev name='p'/><mac address='52:54:00:00:00:01'/>"
    "<filterref filter='g'>"
    "<parameter name='A' value='1'/></filterref></filterbinding>",
    "networkport": "<networkport><uuid>11111111-2222-3333-4444-555555555555</uuid><owner><name>d"
    "</name><uuid>11111111-2222-3333-4444-555555555555</uuid></owner><mac address="
    "'52:54:00:00:00:01'/><plug type='network' bridge='b0'/></networkport>",
    "cpu": "<cpu mode='custom' match='exact'><arch>x86_64</arch><model fallback='forbid'>Nehalem"
    "</model><vendor>Intel</vendor><topology sockets='1' dies='1' cores='2' threads='1'/><feature "
    "policy='require' name='aes'/><numa><cell id='0' cpus='0-1' memory='1'/>"
    "</numa></cpu>",
    "source": "<source protocol='rbd' name='p/i'><host name='h' port='1'/><auth username='u'>"
    "<secret type='ceph' usage='u'/></auth></source>",
    "domainbackup": "<domainbackup mode='pull'><server transport='tcp' name='l' port='1'/><disks>"
    "<disk name='vda' type='file'><scratch file='/s'/></disk></disks></domainbackup>",
}
LINES = (
    "list --all", "define x.xml --validate; dumpxml t", "attach-disk test /a vda --cache none",
    "echo 'a b' \"c d\" e\\ f", "domstate test --reason", "vcpupin test 0 1-3,^2", "# comment",
    "setmem test --size=1GiB", "event --loop --all", "snapshot-create-as test s --diskspec vda,a=b",
)  # fmt: skip
URIS = (
    "qemu:///system", "qemu+ssh://u@[::1]:22/system?keyfile=/k&no_verify=1", "test:///default",
    "qemu+tls://h/system?pkipath=/p", "qemu+unix:///s?socket=/x%20y", "esx://h/?no_verify=1", "lxc:///",
)  # fmt: skip
SETTINGS = (
    'format = "json"\nfail_fast = true\ntimeout = 5\n[aliases]\nweb = "qemu:///system"\n',
    'columns = ["name", "state"]\nprompt = "x"\n',
)  # fmt: skip
RECORD = {
    "name": "a", "action": "create", "xml": SAMPLES["domainsnapshot"], "parent": None, "created": 1,
    "state": "running", "file": None,
}  # fmt: skip
JOURNAL = {
    "version": 2, "work": "import", "uri": "test:///default", "domain": "test", "flags": 1,
    "kind": "snapshot", "truncate": False, "current": "a", "old_current": None, "gone": ["a"],
    "levels": [[RECORD], [RECORD]], "before": {"a": SAMPLES["domainsnapshot"]},
}  # fmt: skip
BUNDLE = (
    {"bundle": "vsh", "version": 1, "kind": "snapshot", "domain": "test", "uuid": "u"},
    {"definition": 0, "text": "  <domain type='test'><name>test</name></domain>\n"},
    {"moment": "a", "parent": None, "created": 1, "text": ["<a>", 0, "</a>"]},
    {"manifest": {"moments": [{"name": "a", "sha256": "0"}], "definitions": 1, "current": "a"}},
)  # fmt: skip
