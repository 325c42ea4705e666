"""swtpm: a guest's TPM, a program beside its QEMU (swtpm(8)).

Its state is below the root: swtpm/UUID/tpm1.2 or tpm2, and goes with the guest's definition.
"""

from __future__ import annotations

import os
import shutil

from vsh.drivers.host import programs, swtpm
from vsh.drivers.qemu import companions
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import ArgumentUnsupported, InternalError, SystemFailure
from vsh.words.domain.lifecycle import DomainUndefine
from vsh.words.secret import SecretUsageType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.host.account import Account
    from vsh.drivers.host.process import Process
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.tpm import TpmBackend

_WHY = "<backend type='emulator'/>"
_NEW = (
    "--createek", "--create-ek-cert", "--create-platform-cert", "--lock-nvram", "--not-overwrite",
)  # fmt: skip
_CIPHER = "aes-256-cbc"


def state_folder(root: str, uuid: str) -> str:
    """Where the state of a guest's TPMs is."""
    return f"{root}/swtpm/{uuid}"


def left_by(root: str, definition: Definition, uuid: str, flags: int = 0) -> list[str]:
    """The folder of the state of a guest's TPM, unless that is to outlive the guest.

    flags  DomainUndefine
    """
    lasting = any(each.persistent_state for tpm in definition.tpms for each in tpm.backends)
    goes = flags & DomainUndefine.TPM or not (lasting or flags & DomainUndefine.KEEP_TPM)
    return [state_folder(root, uuid)] if goes else []


def forget(root: str, definition: Definition, uuid: str) -> None:
    """Delete the state of the TPM of a guest that is no more, unless that is to outlive it."""
    for folder in left_by(root, definition, uuid):
        shutil.rmtree(folder, ignore_errors=True)


def start(
    hypervisor: Hypervisor,
    account: Account | None,
    live: Definition,
    backend: TpmBackend,
    *,
    folder: str,
    what: str,
    incoming: bool,
) -> tuple[str, Process]:
    """Run it for a guest, its state made first if there is none; gives its socket and it.

    account   whom the guest's QEMU runs as
    folder    the guest's own
    what      the device
    incoming  the state comes with the guest

    Raises InternalError, OperationUnsupported, SystemFailure, and NoSecret.
    """
    starting = _Starting(hypervisor, account, live, backend, folder, what)
    try:
        starting.set_up(incoming=incoming)
        return starting.run()
    finally:
        starting.close()


class _Starting:
    """One start.

    place  where its state is
    log    where it says what it does
    """

    def __init__(
        self,
        hypervisor: Hypervisor,
        account: Account | None,
        live: Definition,
        backend: TpmBackend,
        folder: str,
        what: str,
    ) -> None:
        self.lending, self.account = hypervisor.lending, account
        self.second = backend.version != "1.2"
        self.backend, self.live, self.folder, self.what = backend, live, folder, what
        self.above = state_folder(hypervisor.root.path, str(live.uuid))
        self.place = f"{self.above}/tpm{'2' if self.second else '1.2'}"
        self.log = hypervisor.root / f"log/{live.name}-swtpm.log"
        self.before = companions.rights(self.account, _WHY)
        self.opened: list[int] = []
        self.secret: Callable[[], bytes] = lambda: hypervisor.secrets.look_up(
            backend.secret, None, SecretUsageType.VTPM
        )

    def close(self) -> None:
        while self.opened:
            os.close(self.opened.pop())

    def set_up(self, *, incoming: bool) -> None:
        """Make its state, with its keys and certificates, if there is none."""
        new = not os.path.isdir(self.place)
        if self.backend.secret:
            self.secret()  # which is not there is said before anything is made
        try:
            for folder in (os.path.dirname(self.above), self.above, self.place):
                os.makedirs(folder, 0o700, exist_ok=True)
                if self.account is not None:
                    os.chown(folder, self.account.uid, self.account.gid)
        except OSError as error:
            raise SystemFailure(f"Could not create TPM directory {self.place}: {error}") from None
        if self.lending is not None:
            self.lending.lend([(self.place, "reach", "")], str(self.live.uuid), self.account)
        try:
            if new:  # whose authority of certificates is the user's own
                root = self.account is not None and not self.account.uid
                how = "skip-if-exist,root" if root else "skip-if-exist"
                self._setup(["--create-config-files", how], general=True)
            if new and incoming:
                self._setup(["--overwrite"])
            elif new:
                name = f"{self.live.name}:{self.live.uuid}"
                self._setup(["--vmid", name, *_NEW, *self._profile()])
            if self.backend.banks and self.second and not incoming:
                self._setup(["--pcr-banks", ",".join(self.backend.banks), "--reconfigure"])
        except BaseException:
            if new:
                shutil.rmtree(self.place, ignore_errors=True)
                with Ignoring(OSError):
                    os.rmdir(self.above)
            raise

    def _profile(self) -> list[str]:
        """How a new TPM is to be made.  Raises ArgumentUnsupported where profiles are not known."""
        backend = self.backend
        if not backend.profile_source or not self.second:
            return []
        if "cmdarg-profile" not in swtpm.features():
            raise ArgumentUnsupported("swtpm_setup has no support for profiles")
        removed = backend.profile_remove_disabled
        more = ["--profile-remove-disable", removed] if removed else []
        return ["--profile-name", backend.profile_source, *more]

    def _setup(self, words: list[str], *, general: bool = False) -> None:
        import subprocess

        program = programs.needed("swtpm_setup", _WHY)
        command, passed = [program], list[int]()
        if not general:
            command += [*(["--tpm2"] if self.second else []), "--tpm-state", self.place]
        if self.backend.secret and not general:
            passed.append(self._passphrase())
            command += ["--pwdfile-fd", str(passed[0]), "--cipher", _CIPHER]
        home = {}
        if self.account is not None:
            place = os.path.dirname(self.above)
            home = {"HOME": place, "XDG_CONFIG_HOME": place}
        own = companions.environment(self.folder, self.what)
        done = subprocess.run(
            [*self.before, *command, *words],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=passed,
            cwd="/",
            env={**os.environ, "LC_ALL": "C", **home, **own},
        )
        self.close()
        with open(self.log, "ab", opener=_private) as file:
            file.write(done.stdout)
        if done.returncode:
            raise InternalError(
                f"Could not run '{program}'. exitstatus: {done.returncode}; "
                f"Check error log '{self.log}' for details."
            )

    def run(self) -> tuple[str, Process]:
        """Start it; gives its socket and it."""
        program = programs.needed("swtpm", _WHY)
        path = f"{self.folder}/swtpm.sock"
        listening = companions.listen(path, self.account)
        with listening:
            command = [
                program, "socket", "--ctrl", f"type=unixio,fd={listening.fileno()}",
                "--tpmstate", f"dir={self.place},mode=0600", "--terminate",
            ]  # fmt: skip
            if self.second:
                command.append("--tpm2")
            if self.backend.secret:
                for option in ("--key", "--migration-key"):
                    command += [option, f"pwdfd={self._passphrase()},mode={_CIPHER}"]
            process = companions.start(
                command,
                self.log,
                self.folder,
                self.what,
                descriptors=[listening.fileno(), *self.opened],
                before=self.before,
            )
        return path, process

    def _passphrase(self) -> int:
        """A descriptor that the passphrase is read from: nothing of it is ever in a file."""
        reading, writing = os.pipe()
        self.opened.append(reading)
        try:
            os.write(writing, self.secret())
        finally:
            os.close(writing)
        return reading


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
