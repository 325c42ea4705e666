"""A backup that runs, as it is kept."""

from __future__ import annotations

from vsh.xml.engine.flags import INTERNAL
from vsh.xml.engine.reader import read
from vsh.xml.moment.backup import DomainBackup

TYPE_CHECKING = False


class Backup:
    """A backup that runs.

    document  what is backed up, and how far it is
    reuse     the images were there before: they are not removed
    began     when, in seconds by a clock of the host that does not jump, for any process of it
    preserve  a guest that powers off meanwhile is ended when the backup is over
    done, all, problem  what disks that have ended wrote, of how much, and the first problem
    """

    def __init__(
        self, document: DomainBackup, *, reuse: bool, began: float, preserve: bool = False
    ) -> None:
        self.document = document
        self.reuse = reuse
        self.preserve = preserve
        self.began = began
        self.done = self.all = 0
        self.problem = ""
        self.canceled = False

    def kept(self) -> dict[str, object]:
        """What the state file keeps."""
        return {
            "text": self.document.format(INTERNAL), "reuse": self.reuse, "began": self.began,
            "done": self.done, "all": self.all, "problem": self.problem,
            "canceled": self.canceled, "preserve": self.preserve,
        }  # fmt: skip

    @classmethod
    def loaded(cls, kept: dict[str, object]) -> Backup:
        """A backup that another process began."""
        document = read(str(kept["text"]), DomainBackup, flags=INTERNAL)
        reuse, began = bool(kept["reuse"]), float(str(kept["began"]))
        found = cls(document, reuse=reuse, began=began, preserve=bool(kept.get("preserve")))
        found.done, found.all = int(str(kept["done"])), int(str(kept["all"]))
        found.problem, found.canceled = str(kept["problem"]), bool(kept["canceled"])
        return found
