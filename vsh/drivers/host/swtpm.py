"""What the installed swtpm can: the versions of TPM that it emulates."""

from __future__ import annotations

import json
import shutil
import subprocess

PROGRAMS = ("swtpm", "swtpm_setup", "swtpm_ioctl")


def versions() -> list[str] | None:
    """ "1.2" and "2.0" as far as they are there; None where swtpm is not installed."""
    if not all(map(shutil.which, PROGRAMS)):
        return None
    known = features()
    return [version for version in ("1.2", "2.0") if f"tpm-{version}" in known]


def features() -> list[str]:
    """What the program that makes new TPMs says it can."""
    done = subprocess.run(
        ["swtpm_setup", "--print-capabilities"], capture_output=True, text=True, check=False
    )
    try:
        return [str(each) for each in json.loads(done.stdout).get("features", [])]
    except (ValueError, AttributeError):  # one that cannot say
        return []
