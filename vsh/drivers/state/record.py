"""What is kept of an object beyond the process."""

from __future__ import annotations

from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import NotRequired, Protocol, TypeAlias, TypedDict

    from vsh.drivers.qemu.outline import KeptOutline

    Text: TypeAlias = Callable[[], str]
    """What gives a document when it is wanted."""

    class Audit(Protocol):
        """Where records for the system's audit go: their kind's number, and their words."""

        def __call__(self, kind: int, text: str, *, success: bool) -> None: ...

    Had: TypeAlias = dict[tuple[str, ...], str | int]
    """What a guest has: what kind of thing, which one, and the record's own words of it."""

    class Kept(Protocol):
        """What is kept: an object of a store, as far as that needs to be known."""

        name: str
        uuid: str

        def record(self) -> Record | None: ...

    class Records(Protocol):
        """Where a store is kept: a state file, say.  Called with the object's lock held."""

        def put(self, kind: str, thing: Kept) -> None:
            """Write what there is of an object: its columns, documents and state."""

        def drop(self, kind: str, thing: Kept) -> None:
            """Forget an object."""

        def rename(self, kind: str, thing: Kept, before: str) -> None:
            """An object has another name."""

        def act(self) -> AbstractContextManager[object]:
            """All or nothing of what is written inside is kept."""

        def serve(self, store: Restoring) -> None:
            """From now on a store hears what of its objects could not be written."""

    class Restoring(Protocol):
        """A store, as ``Records`` knows it."""

        kind: str

        def restore(
            self, lost: object, kept: Record | None, planned: Text | None, live: Text | None
        ) -> None: ...

    class Job(TypedDict):
        """A job on a disk of a guest that runs.

        name        QEMU's name for it
        kind        pull, commit, active-commit, copy, backup
        target      the disk
        state       running, ready, aborting, pivoting, done, ended
        problem     why it failed
        top, base, mirror  the numbers of the block nodes of images; 0: none
        bitmap      the bitmap that only this job needs
        shallow     only the disk's own image is copied
        late        the copy was there already: it gets its backing image when the guest goes over
        delete      images that were committed are deleted
        closing     the numbers of images that QEMU has to close
        deleting    the paths of images to delete
        """

        name: str
        kind: str
        target: str
        state: str
        problem: str
        top: int
        base: int
        mirror: int
        bitmap: str
        shallow: bool
        late: bool
        delete: bool
        closing: list[int]
        deleting: list[str]

    class Ended(TypedDict):
        """A long act on a guest that was done.

        operation  virDomainJobOperation
        elapsed    milliseconds
        numbers    what it counted, by libvirt's names and in its order
        type       virDomainJobType: how it ended; it was completed where there is none
        problem    why it failed
        """

        operation: int
        elapsed: int
        numbers: dict[str, int]
        type: NotRequired[int]
        problem: NotRequired[str]

    class Loan(TypedDict):
        """A file that the user has whom QEMU runs as.

        may    what that user can do with it beside what it could; 0: it is its owner
        owner, mode, list  what it was like: user and group, mode, access control list in hex
        to     the user and group
        by     the names of QEMU's objects that use it, by the UUIDs of guests
        forgotten  root has it when it is given back
        """

        may: int
        owner: tuple[int, int]
        mode: int
        list: str | None
        to: tuple[int, int]
        by: dict[str, list[str]]
        forgotten: NotRequired[bool]

    class Run(TypedDict, total=False):
        """The run of a guest, for who finds it again.

        pid, birth  its process, and when that was started
        folder      where its sockets are
        saving      the file that it is being saved in
        resumes     whether it ran before that
        again       it was asked to power off in order to be started again
        nodes       the highest number that a block node of it ever had
        unplugging  the aliases of devices that the guest was asked to let go of
        dumping     it stands still, or may, since it is being dumped: then it goes on
        jobs        the jobs on its disks
        backup      the backup that is made of it
        given       how many images of a disk's chain its document gave, by its target
        filters     the numbers of the block nodes of a disk's throttle filters, by its target
        moving      which way it is moving to another host: "in", "out" or "", and " postcopy"
        tuned       QEMU's parameters of a move, as they were before it
        cpu         what became of its CPU there, as a document
        gone_vcpus  how many vCPUs were taken out
        asked_cpu   what it had asked for, where that is shown
        ends        it ends with the connection that started it
        beside      the programs beside it, by device: name, number, birth; lost: those that ended
        io_errors   what there is to say of the last error of each block node
        """

        id: int
        pid: int
        birth: int
        folder: str
        saving: str | None
        resumes: bool
        again: bool
        dumping: bool
        nodes: int
        unplugging: list[str]
        given: dict[str, int]
        filters: dict[str, list[int]]
        own: list[list[int]]
        jobs: list[Job]
        moving: str
        tuned: dict[str, int | str]
        ends: bool
        cpu: str
        asked_cpu: str
        gone_vcpus: int
        beside: dict[str, tuple[str, int, int]]
        lost: list[str]
        io_errors: dict[str, str]
        backup: dict[str, object] | None

    class Facts(TypedDict, total=False):
        """What is kept of an object beside its documents: plain values, of each kind its own."""

        # of a guest
        sizes: list[int]
        balloon: tuple[bool, str | None]
        outline: KeptOutline
        state: int
        reason: int
        once: bool
        saved: bool
        taints: list[int]
        deprecations: list[str]
        ended: Ended | None
        run: Run | None
        starting: str | None
        links: list[tuple[str, str]]
        bandwidth: int  # MiB a second at which it may move to another host
        agent: int  # seconds that its agent has for an answer
        # of a network
        step: str | None
        rules: dict[str, int]
        link: tuple[str, str] | None
        daemon: tuple[int, int] | None
        bridges: list[str]
        ports: list[str]
        # of a PCI device that was taken from the host: that, and a step
        before: str | None
        # of an interface of the host that was defined here, and of all of them before a change
        files: list[str]
        documents: dict[str, str]
        # of a file that was lent
        loan: Loan
        # of a secret
        value: str | None
        # of a storage pool
        active: bool
        replaced: bool
        making: list[str]
        kind: str
        path: str


class NotWritten(InternalError):
    """What was to be kept could not be written: there is no room for it, say."""

    code = 1


class Record:
    """What is kept of one object.

    planned, live  documents, or None
    facts          what else
    """

    __slots__ = ("autostart", "facts", "live", "name", "persistent", "planned", "uuid")

    def __init__(
        self,
        name: str,
        uuid: str,
        *,
        persistent: bool,
        autostart: bool,
        planned: str | None,
        live: str | None,
        facts: Facts,
    ) -> None:
        self.name = name
        self.uuid = uuid
        self.persistent = persistent
        self.autostart = autostart
        self.planned = planned
        self.live = live
        self.facts = facts
