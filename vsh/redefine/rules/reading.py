"""What the reader finds by itself: models carry these numbers (``vsh.xml.moment``)."""

from __future__ import annotations

from vsh.redefine.rule import Rule

WELL_FORMED = Rule(
    "10",
    "the document is XML",
    why="The parser stops at the first character that cannot stand there.",
    hint="correct the document at that line",
)

ROOT = Rule(
    "11",
    "the document is a snapshot or a checkpoint",
    why="The outermost element says what a document describes.",
    hint="give the file that snapshot-dumpxml or checkpoint-dumpxml wrote",
)

NAME = Rule(
    "12",
    "a redefined snapshot has a name",
    why="The name is what says which snapshot this is: it cannot be made up afterwards.",
    hint="add <name>, or use the whole document that snapshot-dumpxml --security-info gave",
    where="name",
)

TIME = Rule(
    "13",
    "creationTime is there and is a number",
    why="When the snapshot was taken cannot be known any more: seconds since 1970.",
    hint="add <creationTime>, or use the whole document that snapshot-dumpxml --security-info gave",
    where="creationTime",
)

STATE = Rule(
    "15",
    "the state at that moment",
    why="It decides what a revert does. One of running, blocked, paused, shutdown, "
    "shutoff, crashed, pmsuspended, disk-snapshot.",
    hint="add <state> with one of these words",
    where="state",
)

DOMAIN = Rule(
    "16",
    "the domain at that moment",
    why="<domain> is the definition that a revert brings back. It counts only with a "
    "type attribute, and everything in it has to be readable.",
    hint="use the whole document that snapshot-dumpxml --security-info gave",
)

INACTIVE_DOMAIN = Rule(
    "17",
    "the inactive domain",
    why="<inactiveDomain> is the persistent definition of a domain that was running.",
    hint="correct it, or take it from the dump",
)

MEMORY = Rule(
    "18",
    "where the memory is",
    why="<memory snapshot=> is no, internal or external. manual is for disks only.",
    hint="use no, internal or external",
    where="memory",
)

MEMORY_FILE_IS_EXTERNAL = Rule(
    "19",
    "only external memory has a file",
    why="A file says that the memory is outside; another word contradicts it.",
    hint="use snapshot='external', or leave the file out",
    where="memory",
)

EXTERNAL_MEMORY_HAS_FILE = Rule(
    "20",
    "external memory has a file",
    why="Without the file nobody can find the memory again.",
    hint="add file='/path' to <memory>",
    where="memory",
)

NO_MEMORY_WHERE_OFF = Rule(
    "21",
    "a domain that was off has no memory",
    why="States shutoff and disk-snapshot have none to keep.",
    hint="use snapshot='no'",
    where="memory",
)

ABSOLUTE_MEMORY_FILE = Rule(
    "22",
    "the memory file's path is absolute",
    why="The hypervisor has another working directory than you.",
    hint="start the path with /",
    where="memory",
)

DISKS = Rule(
    "23",
    "each disk of the snapshot can be understood",
    why="name, location (no, internal, external, manual), type, format and an absolute path.",
    hint="correct the <disk>",
)

REVERT_DISKS = Rule(
    "24",
    "each disk to revert to can be understood",
    why="<revertDisks> has the same form as <disks>; libvirt before 9.9.0 drops it.",
    hint="correct the <disk>",
)

CHECKPOINT_NAME_AND_TIME = Rule(
    "48",
    "a redefined checkpoint has a name and a time",
    why="Neither can be found out afterwards. <domain> may be left out since 7.0.0.",
    hint="use the document that checkpoint-dumpxml gave",
)
