"""Pools of type iscsi: the disks of an iSCSI target, to which iscsiadm(8) logs the kernel in.

Who has to log in with a password finds it in iscsiadm's own record of the target, which only root
reads: in a command line everybody could see it.
"""

from __future__ import annotations

import os
import re
import secrets as randomness
from functools import partial

from vsh.drivers.host.pool.backend import source_of
from vsh.drivers.host.pool.sources import wanted_source
from vsh.drivers.host.pool.types.scsi import Devices
from vsh.drivers.host.volume import work
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, SystemFailure, XmlError
from vsh.words.secret import SecretUsageType
from vsh.xml.storage.pool import PoolSource, SourceDevice, SourceHost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.pool.contents import Contents
    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.storage.volume import StorageVolume

_PORT = 3260
_PASSWORD, _END = b"node.session.auth.password", b"# END RECORD"


class Iscsi(Devices):
    """A target."""

    function = "virStorageBackendISCSI"
    records = ("/etc/iscsi/nodes", "/var/lib/iscsi/nodes")

    def sources(self, kind: str, wanted: str | None, secrets: Secrets) -> list[PoolSource]:
        if wanted is None:
            raise InvalidArgument("hostname must be specified for iscsi sources")
        source = wanted_source(wanted, kind)
        told = work.run(
            [
                "iscsiadm", "--mode", "discovery", "--type", "sendtargets", "--portal",
                _portal(source), "--op", "nonpersistent",
            ]
        )  # fmt: skip
        names = re.findall(r"(?m)^\s*(\S+)[ \t]+(\S+)\s*$", told)
        return [found_target(source, name) for _, name in names]

    def is_there(self, pool: Contents) -> bool:
        base = f"{self.system}/class/iscsi_session"
        names = os.listdir(base) if os.path.isdir(base) else []
        return any(_is_to(f"{base}/{name}/targetname", _target(pool)) for name in names)

    def start(self, pool: Contents) -> None:
        source = source_of(pool.definition)
        portal = _portal(source)
        if len(source.devices) != 1:
            raise InternalError("missing source device")
        user = chap_user(pool, "iscsi")
        if _session(pool) is not None:
            return
        node = ["iscsiadm", "--mode", "node", "--portal", portal, "--targetname", _target(pool)]
        work.run([*node, "--op", "new"])
        if user is not None:
            update = [*node, "--op", "update", "--name"]
            work.run([*update, "node.session.auth.authmethod", "--value", "CHAP"])
            work.run([*update, "node.session.auth.username", "--value", user[0]])
            self._record(_target(pool), user[1])
        work.run([*node, "--login", *_interface(source.initiator)])

    def _record(self, target: str, password: bytes) -> None:
        """Write a password into all that iscsiadm has recorded of a target.  Raises Error."""
        if b"\n" in password:
            raise InvalidArgument("a password of CHAP cannot have several lines")
        line = _PASSWORD + b" = " + password + b"\n"
        found = False
        for base in self.records:
            for folder, _, names in os.walk(f"{base}/{target}"):
                for name in names:
                    found = True
                    _rewrite(f"{folder}/{name}", line, f"{os.path.dirname(base)}/.vsh.new")
        if not found:
            raise InternalError(f"iscsiadm has no record of '{target}' in {self.records[0]}")

    def stop(self, pool: Contents) -> None:
        source = source_of(pool.definition)
        if _session(pool) is None:
            return
        node = ["iscsiadm", "--mode", "node", "--portal", _portal(source)]
        node += ["--targetname", _target(pool), "--logout"]
        work.run([*node, *_interface(source.initiator)])

    def undo(self, pool: Contents, step: str) -> None:
        if step == "starting" and self.is_there(pool):
            self.stop(pool)

    def look(self, pool: Contents) -> dict[str, StorageVolume | None]:
        session = _session(pool)
        if session is None:
            raise InternalError("cannot find iscsiadm session: ")
        work.run(["iscsiadm", "--mode", "session", "-r", session, "-R"])
        folder = f"{self.system}/class/iscsi_session/session{session}/device"
        for name in os.listdir(folder):
            number = name.removeprefix("target").partition(":")[0]
            if name.startswith("target") and number.isdecimal():
                return self.listed(pool, int(number))
        raise InternalError(f"Failed to get host number for iSCSI session with path '{folder}'")


def _rewrite(path: str, line: bytes, beside: str) -> None:
    """Put a line with a password into a record, wholly or not at all.  Raises SystemFailure.

    beside  where the new record is written: iscsiadm takes all files next to the old one for more
    """
    try:
        with open(path, "rb") as file:
            known = [each for each in file if not each.startswith(_PASSWORD + b" ")]
        end = next((n for n, each in enumerate(known) if each.startswith(_END)), len(known))
        with open(beside, "wb", opener=partial(os.open, mode=0o600)) as file:
            file.write(b"".join([*known[:end], line, *known[end:]]))
        os.replace(beside, path)
    except OSError as error:
        raise SystemFailure(f"cannot write '{path}': {error.strerror}") from None


def chap_user(pool: Contents, kind: str) -> tuple[str, bytes] | None:
    """The name and the password to log in with; None where none is asked for.  Raises Error."""
    auth = source_of(pool.definition).auth
    if auth is None:
        return None
    if auth.type != "chap":
        raise XmlError(f"{kind} pool only supports 'chap' auth type")
    wanted = auth.secret
    assert pool.vault is not None
    assert wanted is not None  # a document without one is refused
    value = pool.vault().look_up(wanted.uuid, wanted.usage, int(SecretUsageType.ISCSI))
    return str(auth.username), value


def portal_host(source: PoolSource) -> SourceHost:
    """The one server of a source.  Raises ConfigUnsupported."""
    if len(source.hosts) != 1:
        raise ConfigUnsupported("Expected exactly 1 host for the storage pool")
    host: SourceHost = source.hosts[0]
    return host


def found_target(asked: PoolSource, name: str) -> PoolSource:
    """A target that a server told of."""
    found, device = PoolSource(), SourceDevice()
    device.path, device.free_extents = name, []
    found.hosts, found.devices = list(asked.hosts), [device]
    found.initiator = asked.initiator
    return found


def _portal(source: PoolSource) -> str:
    host = portal_host(source)
    host.port = host.port or _PORT
    name = f"[{host.name}]" if ":" in str(host.name) else host.name
    return f"{name}:{host.port},1"


def _target(pool: Contents) -> str:
    return str(source_of(pool.definition).devices[0].path)


def _is_to(path: str, target: str) -> bool:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read().strip() == target


def _session(pool: Contents) -> str | None:
    """The number of the session to the pool's target.  Raises Error."""
    from vsh.drivers.host import programs

    if programs.find("iscsiadm") is None:
        work.run(["iscsiadm", "--mode", "session"])  # says what is missing
    told = programs.run(["iscsiadm", "--mode", "session"], check=False)  # fails where is none
    for number, name in re.findall(r"(?m)^tcp:\s+\[(\S+)\]\s+\S+\s+(\S+)", told or ""):
        if name == _target(pool):
            return str(number)
    return None


def _interface(initiator: str | None) -> list[str]:
    """The words that pick the interface with an initiator's name, which is made if need be."""
    if initiator is None:
        return []
    told = work.run(["iscsiadm", "--mode", "iface"])
    for line in told.splitlines():
        name, _, rest = line.partition(" ")
        if rest.split(",")[-1:] == [initiator]:
            return ["--interface", name]
    name = f"libvirt-iface-{randomness.randbits(32):08x}"
    command = ["iscsiadm", "--mode", "iface", "--interface", name, "--op"]
    work.run([*command, "new"])
    work.run([*command, "update", "--name", "iface.initiatorname", "--value", initiator])
    return ["--interface", name]


backend = Iscsi()
