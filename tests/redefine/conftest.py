"""Documents to redefine, and what vsh, the drop-in virsh and the rules' engine make of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

TEST = "test:///default"
UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"
DISK = "<disk type='file'><source file='/guest/diskimage1'/><target dev='vda'/></disk>"


def domain(
    *,
    uuid: str = UUID,
    name: str = "test",
    memory: int = 8388608,
    vcpus: int = 2,
    devices: str = DISK,
    tag: str = "domain",
) -> str:
    """The default domain of the test driver, or one that is not quite it."""
    return (
        f"<{tag} type='test'><name>{name}</name><uuid>{uuid}</uuid><memory>{memory}</memory>"
        f"<vcpu>{vcpus}</vcpu><os><type>hvm</type></os><devices>{devices}</devices></{tag}>"
    )


def snapshot(
    name: str | None = "x",
    *,
    state: str | None = "running",
    created: object = 1600000000,
    parent: str | None = None,
    inside: str = "",
    nested: str | None = None,
) -> str:
    """A <domainsnapshot>, one element a line; None leaves an element out."""
    lines = ["<domainsnapshot>"]
    if name is not None:
        lines.append(f"<name>{name}</name>")
    if state is not None:
        lines.append(f"<state>{state}</state>")
    if parent is not None:
        lines.append(f"<parent><name>{parent}</name></parent>")
    if created is not None:
        lines.append(f"<creationTime>{created}</creationTime>")
    if inside:
        lines.append(inside)
    lines.append(domain() if nested is None else nested)
    return "\n".join([*lines, "</domainsnapshot>\n"])


def checkpoint(
    name: str | None = "x",
    *,
    created: object = 1600000000,
    parent: str | None = None,
    inside: str = "",
    nested: str | None = None,
) -> str:
    """A <domaincheckpoint>."""
    lines = ["<domaincheckpoint>"]
    if name is not None:
        lines.append(f"<name>{name}</name>")
    if parent is not None:
        lines.append(f"<parent><name>{parent}</name></parent>")
    if created is not None:
        lines.append(f"<creationTime>{created}</creationTime>")
    if inside:
        lines.append(inside)
    lines.append(domain() if nested is None else nested)
    return "\n".join([*lines, "</domaincheckpoint>\n"])


class Refusal:
    """What was said of a document.

    error   the text after "error: "; None where it was taken
    rules   the rules' names in order; ``problems`` is all that is known of each
    """

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.error: str | None = None
        self.problems: list[dict[str, Any]] = []
        for line in err.splitlines():
            if line.startswith('{"error"'):
                found = json.loads(line)["error"]
                self.error = found["message"]
                self.problems = found.get("problems", [])
        self.rules = [problem["rule"] for problem in self.problems]


@pytest.fixture
def asked(run: Callable[..., Any], tmp_path: Path) -> Callable[..., Refusal]:
    """``asked(xml, "--redefine", ...)``: what vsh says of the last of the documents.

    before   more of a command line, run first, in the same world
    kind     "snapshot" or "checkpoint"
    """

    def asked(
        xml: str,
        *options: str,
        before: str = "",
        kind: str = "snapshot",
        uri: str = TEST,
        name: str = "test",
        top: tuple[str, ...] = (),
    ) -> Refusal:
        (tmp_path / "x.xml").write_text(xml)
        words = " ".join([f"{kind}-create {name} x.xml --redefine", *options])
        result = run("-c", uri, "--format", "json", *top, f"{before}; {words}" if before else words)
        return Refusal(result.status, result.out, result.err)

    return asked


@pytest.fixture
def refused(run: Callable[..., Any], asked: Callable[..., Refusal]) -> Callable[..., Refusal]:
    """Like ``asked``, and the same document is refused in plain format, by the rules' engine and,
    under the name
    virsh, by the driver alone: in all of them with the same text."""

    def refused(
        xml: str,
        *options: str,
        before: str = "",
        kind: str = "snapshot",
        uri: str = TEST,
        name: str = "test",
    ) -> Refusal:
        found = asked(xml, *options, before=before, kind=kind, uri=uri, name=name)
        words = " ".join([f"{kind}-create {name} x.xml --redefine", *options])
        line = f"{before}; {words}" if before else words
        for program in ("vsh", "virsh"):
            result = run("-c", uri, line, program=program)
            assert result.status == 1
            assert result.err == f"error: {found.error}\n", program
        assert found.status == 1
        return found

    return refused


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., None]:
    """``files(a=xml, b=xml)`` writes a.xml and b.xml where vsh runs."""

    def files(**documents: str) -> None:
        for name, text in documents.items():
            (tmp_path / f"{name}.xml").write_text(text)

    return files


class Build:
    """The builders above, for tests: ``build.snapshot(...)``."""

    UUID = UUID
    DISK = DISK
    domain = staticmethod(domain)
    snapshot = staticmethod(snapshot)
    checkpoint = staticmethod(checkpoint)


@pytest.fixture
def build() -> type[Build]:
    return Build


class Qemu:
    """One guest on a real libvirtd, and vsh talking to it.

    ``qemu("snapshot-list tiny")`` runs a line; ``qemu.dump(name)`` is a snapshot's whole document.
    """

    def __init__(self, run: Callable[..., Any], daemon: Any, guest: Any, folder: Path) -> None:
        self.run = run
        self.daemon = daemon
        self.guest = guest
        self.folder = folder
        self.uri = daemon.uri

    def __call__(self, line: str, **options: Any) -> Any:
        return self.run("-q", "-c", self.uri, line, **options)

    def done(self, line: str, **options: Any) -> str:
        """The output of what must succeed."""
        result = self(line, **options)
        assert result.status == 0, result.err
        assert result.err == ""
        return str(result.out)

    def dump(self, name: str, kind: str = "snapshot") -> str:
        return self.done(f"{kind}-dumpxml tiny {name} --security-info")

    def write(self, name: str, xml: str) -> None:
        (self.folder / f"{name}.xml").write_text(xml)


@pytest.fixture
def qemu(
    run: Callable[..., Any], libvirtd: Any, tiny_guest: Callable[..., Any], tmp_path: Path
) -> Callable[..., Qemu]:
    """``qemu(start=True, disks=1)``: a guest ``tiny`` and vsh talking to its daemon."""

    def qemu(**options: Any) -> Qemu:
        return Qemu(run, libvirtd, tiny_guest("tiny", **options), tmp_path)

    return qemu
