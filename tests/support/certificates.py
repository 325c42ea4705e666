"""Certificates of this host, from an authority of the test's own."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def certify(*folders: Path) -> None:
    """Put certificates of this host into folders; skips where nothing here makes any."""
    certtool = shutil.which("certtool")
    if certtool is None:
        pytest.skip("certtool is not installed here")
    first, *others = folders
    first.mkdir(parents=True, exist_ok=True)
    authority = "cn=Test\nca\ncert_signing_key\nexpiration_days=9\n"
    host = "cn=here\nip_address=127.0.0.1\ntls_www_server\ntls_www_client\nexpiration_days=9\n"

    def run(*words: str) -> None:
        subprocess.run([certtool, *words], cwd=first, check=True, capture_output=True)

    for name, template in (("ca", authority), ("server", host)):
        (first / f"{name}.template").write_text(template)
        run("--generate-privkey", "--key-type", "ecdsa", "--outfile", f"{name}-key.pem")
    run("--generate-self-signed", "--load-privkey", "ca-key.pem", "--template", "ca.template",
        "--outfile", "ca-cert.pem")  # fmt: skip
    run("--generate-certificate", "--load-privkey", "server-key.pem", "--load-ca-certificate",
        "ca-cert.pem", "--load-ca-privkey", "ca-key.pem", "--template", "server.template",
        "--outfile", "server-cert.pem")  # fmt: skip
    (first / "server-key.pem").chmod(0o644)  # for the user that QEMU runs as
    for kind in ("key", "cert"):
        shutil.copy(first / f"server-{kind}.pem", first / f"client-{kind}.pem")
    for folder in others:
        shutil.copytree(first, folder, dirs_exist_ok=True)


def lock(folder: Path, password: str) -> None:
    """Encrypt the keys of a folder's certificates."""
    for name in ("server", "client"):
        key = folder / f"{name}-key.pem"
        words = ["openssl", "pkcs8", "-topk8", "-in", key, "-out", folder / "locked", "-passout"]
        subprocess.run([*words, f"pass:{password}"], check=True)
        (folder / "locked").replace(key)
        key.chmod(0o644)
