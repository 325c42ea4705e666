"""Programs of Debian's packages that tests use without installing them: unpacked in .cache."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "packages"


def unpacked(package: str) -> Path | None:
    """The folder of a package's files, fetched once; None where apt cannot."""
    folder = CACHE / package
    if folder.exists():
        return folder
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return None
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as place:
        fetched = subprocess.run(
            ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", package],
            cwd=place,
            capture_output=True,
        )
        archives = list(Path(place).glob("*.deb"))
        if fetched.returncode or len(archives) != 1:
            return None
        subprocess.run(["dpkg-deb", "-x", archives[0], f"{place}/files"], check=True)
        Path(place, "files").rename(folder)
    return folder
