"""Which clients there are: each one's package, and the scenario that it goes through.

A scenario is a file of ``scenarios/``, which is run in a folder of its own with ``guest.xml``, the
document of a tiny guest "guest" (its disk is qcow2, its serial port a console).  What it prints is
compared: it prints nothing that differs from one host to the next.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).parent / "scenarios"


@dataclass(frozen=True)
class Client:
    """One client.

    package   Debian's, whose version is shown
    scenario  the file of its scenario
    runner    what runs the file
    needs     programs and files without which it cannot be tried, beside the runner
    quick     whether it is tried at every run of the tests
    """

    name: str
    package: str
    scenario: str
    runner: tuple[str, ...] = ("sh",)
    needs: tuple[str, ...] = ()
    quick: bool = False

    def command(self) -> list[str]:
        """How it is run."""
        return [*self.runner, str(SCENARIOS / self.scenario)]

    def version(self) -> str:
        """Of the package, as Debian counts; "" where it is not installed."""
        command = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}"]
        done = subprocess.run([*command, self.package], capture_output=True, text=True)
        status, _, version = done.stdout.partition(" ")
        return version if status == "installed" else ""

    def missing(self) -> str:
        """Why it cannot be tried here, or ""."""
        if shutil.which("dpkg-query") and not self.version():
            return f"package {self.package} is not installed"
        for need in (self.runner[0], *self.needs):
            if not (os.path.exists(need) if "/" in need else shutil.which(need)):
                return f"no {need}"
        return ""


PYTHON = ("/usr/bin/python3",)
X11 = ("Xvfb", "xwininfo", "import", "dbus-run-session")
CLIENTS = (
    Client("virsh", "libvirt-clients", "virsh.sh"),
    Client("virt-admin", "libvirt-clients", "virt_admin.sh", needs=("virt-admin",), quick=True),
    Client("libvirt-python", "python3-libvirt", "python.py", PYTHON, quick=True),
    Client("loops of events", "gir1.2-libvirt-glib-1.0", "loops.py", PYTHON),
    Client("Perl Sys::Virt", "libsys-virt-perl", "perl.pl", ("perl",), quick=True),
    Client("Ruby", "ruby-libvirt", "ruby.rb", ("ruby",)),
    Client("PHP", "php8.2-libvirt-php", "php.php", ("php",)),
    Client("Go (cgo)", "golang-github-libvirt-libvirt-go-dev", "go_cgo.sh", needs=("go",)),
    Client(
        "Go (digitalocean)",
        "golang-github-digitalocean-go-libvirt-dev",
        "go_pure.sh",
        needs=("go",),
    ),
    Client("OCaml", "libvirt-ocaml-dev", "ocaml.sh", needs=("ocamlfind",)),
    Client("Java (JNA)", "libjna-java", "java.sh", needs=("javac", "/usr/share/java/jna.jar")),
    Client("GObject", "gir1.2-libvirt-glib-1.0", "gobject.py", PYTHON, quick=True),
    Client("libvirt-dbus", "libvirt-dbus", "dbus.sh", needs=("dbus-daemon", "gdbus")),
    Client("virt-install, virt-clone, virt-xml", "virtinst", "virtinst.sh"),
    Client("virt-manager", "virt-manager", "virt_manager.sh", needs=X11),
    Client("virt-viewer", "virt-viewer", "virt_viewer.sh", needs=X11),
    Client("Ansible community.libvirt", "ansible", "ansible.sh"),
    Client("collectd", "collectd-core", "collectd.sh", needs=("collectd",)),
    Client("munin", "munin-libvirt-plugins", "munin.sh"),
    Client("Prometheus exporter", "prometheus-libvirt-exporter", "prometheus.sh"),
    Client("nbdkit", "nbdkit-plugin-libvirt", "nbdkit.sh", needs=("nbdkit",), quick=True),
    Client("virtnbdbackup", "virtnbdbackup", "virtnbdbackup.sh"),
    Client("libnss-libvirt", "libnss-libvirt", "nss.sh", needs=("busybox", "ip")),
    Client("Pacemaker VirtualDomain", "resource-agents", "virtual_domain.sh"),
    Client("libvirt-guests", "libvirt-daemon-system", "libvirt_guests.sh"),
)
