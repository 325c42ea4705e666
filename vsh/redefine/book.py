"""The rules of redefinition in words: what --explain prints, and the hint that goes with each.

A rule's name is its number, with a letter where a rule has parts.  Rules that start with E are this
program's own: libvirt would take the document, and the result would be wrong or surprising.
"""

from __future__ import annotations


class Rule:
    """title: what it is about.  why: what is checked and what for.  hint: what the user can do."""

    __slots__ = ("hint", "title", "why")

    def __init__(self, title: str, why: str, hint: str | None = None) -> None:
        self.title = title
        self.why = why
        self.hint = hint


COMPLETE = "use the whole document that snapshot-dumpxml --security-info gave"

RULES: dict[str, Rule] = {
    # what may be asked for
    "1": Rule(
        "--current needs --redefine",
        "A snapshot that is really taken always becomes the current one; only one whose metadata "
        "is redefined has a choice.",
        "add --redefine, or leave --current out",
    ),
    "2": Rule(
        "--redefine excludes --no-metadata",
        "Redefining makes metadata and nothing else, so there would be nothing left to do.",
        "leave --no-metadata out",
    ),
    "3": Rule(
        "--redefine excludes --halt",
        "Redefining does not touch the running domain. The request is refused as it stands: "
        "trying again without --halt and powering the domain off afterwards would lose the user's "
        "work.",
        "leave --halt out",
    ),
    "4": Rule(
        "a read-only connection changes nothing",
        "Metadata is state of the hypervisor's; a connection opened with --readonly may not write "
        "it.",
        "connect without --readonly",
    ),
    "5": Rule(
        "the bits of the flags",
        "Each option of snapshot-create is one bit; a driver refuses bits that it does not know.",
    ),
    "6": Rule(
        "options that the driver knows",
        "Each driver accepts a set of flags and refuses the others before it reads the document.",
        "leave out the option that this hypervisor does not know",
    ),
    "7": Rule(
        "no snapshots beside checkpoints",
        "The test driver keeps a domain from having both, also when metadata is redefined.",
        "delete the checkpoints first",
    ),
    "8": Rule(
        "no halt of a transient domain",
        "A transient domain that is halted is gone, and its snapshots with it.",
        "leave --halt out",
    ),
    "9": Rule(
        "--validate checks the document against its schema",
        "Without --validate elements that libvirt does not know are dropped without a word.",
        "correct what the message names, or leave --validate out",
    ),
    # the document
    "10": Rule(
        "the document is XML",
        "The parser stops at the first character that cannot stand there.",
        "correct the document at that line",
    ),
    "11": Rule(
        "the document is a snapshot or a checkpoint",
        "The outermost element says what a document describes.",
        "give the file that snapshot-dumpxml or checkpoint-dumpxml wrote",
    ),
    "12": Rule(
        "a redefined snapshot has a name",
        "The name is what says which snapshot this is: it cannot be made up afterwards.",
        "add <name>, or " + COMPLETE,
    ),
    "13": Rule(
        "creationTime is there and is a number",
        "When the snapshot was taken cannot be known any more: seconds since 1970.",
        "add <creationTime>, or " + COMPLETE,
    ),
    "14": Rule(
        "the parent",
        "<parent><name> says what the snapshot was taken on top of; without it the snapshot is a "
        "root.",
    ),
    "15": Rule(
        "the state at that moment",
        "It decides what a revert does. One of running, blocked, paused, shutdown, shutoff, "
        "crashed, pmsuspended, disk-snapshot.",
        "add <state> with one of these words",
    ),
    "16": Rule(
        "the domain at that moment",
        "<domain> is the definition that a revert brings back. It counts only with a type "
        "attribute, and everything in it has to be readable.",
        COMPLETE,
    ),
    "17": Rule(
        "the inactive domain",
        "<inactiveDomain> is the persistent definition of a domain that was running.",
        "correct it, or take it from the dump",
    ),
    "18": Rule(
        "where the memory is",
        "<memory snapshot=> is no, internal or external. manual is for disks only.",
        "use no, internal or external",
    ),
    "19": Rule(
        "only external memory has a file",
        "A file says that the memory is outside; another word contradicts it.",
        "use snapshot='external', or leave the file out",
    ),
    "20": Rule(
        "external memory has a file",
        "Without the file nobody can find the memory again.",
        "add file='/path' to <memory>",
    ),
    "21": Rule(
        "a domain that was off has no memory",
        "States shutoff and disk-snapshot have none to keep.",
        "use snapshot='no'",
    ),
    "22": Rule(
        "the memory file's path is absolute",
        "The hypervisor has another working directory than you.",
        "start the path with /",
    ),
    "23": Rule(
        "each disk of the snapshot can be understood",
        "name, location (no, internal, external, manual), type, format and an absolute path.",
        "correct the <disk>",
    ),
    "24": Rule(
        "each disk to revert to can be understood",
        "<revertDisks> has the same form as <disks>; libvirt before 9.9.0 drops it.",
        "correct the <disk>",
    ),
    "25": Rule(
        "active is the daemon's own",
        "<active> counts in the daemon's files only; here the current snapshot is said by "
        "--current.",
    ),
    "26": Rule(
        "the cookie", "<cookie> keeps the CPU of a domain that was running, and counts only then."
    ),
    "27": Rule(
        "a name that can be a file's name",
        "The qemu driver keeps each snapshot in a file of its name: no / in it, no . at its "
        "start. Other drivers take such names, but no other host will.",
        "choose another name",
    ),
    "28": Rule(
        "a live snapshot is a full one",
        "--live keeps a running domain running while its memory is saved into a file.",
    ),
    "29": Rule(
        "the state is one that the driver has snapshots of",
        "The qemu driver redefines snapshots of domains that were running, paused, shutdown, "
        "shutoff or crashed, and disk-snapshot.",
        "correct <state>",
    ),
    "30": Rule(
        "one job at a time",
        "A domain that is busy with another job has to finish it first.",
        "try again later",
    ),
    # among the other snapshots
    "31": Rule(
        "not its own parent",
        "A snapshot cannot have been taken on top of itself.",
        "correct <parent>",
    ),
    "32": Rule(
        "the parent exists",
        "A snapshot is linked to its parent at once, so parents have to be redefined first.",
        "redefine the parent first, or leave <parent> out to make it a root",
    ),
    "33": Rule(
        "no circle of parents",
        "Going from parent to parent has to end at a root. Replacing a snapshot can close a "
        "circle.",
        "correct <parent> of one of them",
    ),
    "34": Rule(
        "--disk-only needs the state disk-snapshot",
        "The option says what the document has to say as well.",
        "leave --disk-only out, or use <state>disk-snapshot</state>",
    ),
    "35": Rule(
        "the domain's own UUID",
        "A snapshot with another UUID belongs to another domain; its name is not compared.",
        "use the domain's UUID in <domain>",
    ),
    "36a": Rule(
        "online stays online",
        "A replaced snapshot of a running or paused domain has memory; one of another state has "
        "none.",
        "keep the state, or delete the old metadata first",
    ),
    "36b": Rule(
        "disk-only stays disk-only",
        "What a replaced snapshot consists of cannot be changed by changing its metadata.",
        "keep the state, or delete the old metadata first",
    ),
    "36c": Rule(
        "the same machine as before",
        "Where a snapshot is replaced and both documents have a <domain>, the guest must not be "
        "able to tell the two apart: memory, CPUs, devices, and also the name.",
        "take <domain> from the existing snapshot, or delete its metadata first",
    ),
    "37": Rule(
        "disks fit the domain",
        "The disks of the snapshot are matched with those of its <domain>: the new one, or the "
        "one that is stored already. A new snapshot therefore needs a full <domain type=...>.",
        COMPLETE,
    ),
    "37a": Rule(
        "no more disks than the domain has",
        "Each <disk> belongs to one disk of the <domain>.",
        "remove what is too much",
    ),
    "37b": Rule(
        "each disk is one of the domain's, once",
        "A disk is named by its target (vda), or by its source where no other disk has that.",
        "use the name in <target dev=>",
    ),
    "37c": Rule(
        "an internal snapshot takes all disks",
        "qcow2 snapshots of one name are made on all disks together; only a disk whose own "
        "definition says snapshot='no' may stay out.",
        "use snapshot='internal' on every disk",
    ),
    "37d": Rule(
        "only an external disk has a file",
        "A source is where an external snapshot's image is.",
        "use snapshot='external'",
    ),
    "37f": Rule(
        "a path that libvirt would make up",
        "An external disk without a source gets one: the disk's own path with the snapshot's name "
        "as its suffix. When metadata is redefined nobody has made that file.",
        "add <source file=> with the image's real path",
    ),
    "37g": Rule(
        "the document that ends old daemons",
        "An existing snapshot, a document without <domain>, and an external disk without a "
        "source: libvirt before 11.3.0 follows a null pointer.",
        "add the <domain>",
    ),
    "38": Rule(
        "a definition that is stored already is kept",
        "Where a snapshot is replaced by a document without <domain>, the <domain> that is stored "
        "stays. All else is replaced; children, and being current, stay as they are.",
    ),
    "39": Rule(
        "the file of the metadata",
        "qemu writes a file for each snapshot. If that fails the snapshot is gone, even one that "
        "existed before.",
    ),
    "40": Rule(
        "becoming current forgets what to revert to",
        "Since 9.9.0 <revertDisks> of the snapshot that was current are cleared, and those of the "
        "new one if it is the same.",
    ),
    "41": Rule("libvirt believes the document", "Nothing checks that images and files are there."),
    "42": Rule("what success looks like", "The name and the file are printed."),
    "43": Rule(
        "a name is taken once",
        "Without --redefine an existing name is refused.",
        "choose another name, or add --redefine",
    ),
    "44": Rule(
        "VirtualBox rewrites its own file",
        "Only for machines that are off, and parents first.",
        "shut the machine down first",
    ),
    # checkpoints
    "45": Rule(
        "options of checkpoint-create",
        "--redefine excludes --quiesce; --redefine-validate needs --redefine.",
        "leave out the option that does not fit",
    ),
    "46": Rule(
        "checkpoints that the driver can redefine",
        "The test driver wants a running domain without snapshots; qemu takes domains that are "
        "off.",
        "start the domain",
    ),
    "47": Rule(
        "a checkpoint is always checked against its schema",
        "Names with a / or with a . at the start, and words that are not known, are refused.",
        "correct what the message names",
    ),
    "48": Rule(
        "a redefined checkpoint has a name and a time",
        "Neither can be found out afterwards. <domain> may be left out since 7.0.0.",
        "use the document that checkpoint-dumpxml gave",
    ),
    "49": Rule(
        "the parent of a checkpoint",
        "As with snapshots: it exists, and there is no circle.",
        "redefine the parent first",
    ),
    "50": Rule(
        "a checkpoint's domain and disks",
        "With a <domain> its UUID is the domain's own, and every disk is one that can be written. "
        "No <disks> means a bitmap on every such disk.",
        "correct <domain> or <disks>",
    ),
    "51": Rule(
        "a checkpoint without a domain",
        "Its disks are taken as they are, and only bitmaps without a name are named.",
    ),
    "52": Rule(
        "--redefine-validate looks at the images",
        "The domain has to run; every disk that is still there needs its bitmap, unbroken.",
        "start the domain, or leave --redefine-validate out",
    ),
    "53": Rule(
        "which checkpoint is current",
        "A redefined checkpoint becomes current if there is none or its parent is the current one.",
    ),
    "54": Rule("replacing a checkpoint", "It is not compared with the old one."),
    "55": Rule(
        "the file of a checkpoint's metadata", "If it cannot be written nothing is changed."
    ),
    "E2": Rule(
        "what libvirt drops without a word",
        "Elements and attributes that libvirt does not know are not kept. Often they are misspelt.",
        "correct or remove it; --validate makes libvirt refuse them",
    ),
    # what this program adds
    "E1": Rule(
        "--redefine with options that mean taking a snapshot",
        "They have no meaning where nothing is taken; drivers ignore some and refuse others.",
        "leave the option out",
    ),
    "E4": Rule(
        "the same name twice in one batch",
        "The second document would replace the first.",
        "leave one of them out",
    ),
    "E5": Rule(
        "what is changed in documents is named exactly",
        "An import changes documents only where it is asked to; what is asked for and cannot be "
        "done is more likely a slip than meant.",
        "see which names there are with --dry-run",
    ),
    "E6-path": Rule(
        "no path that nobody made",
        "libvirt would make up the path of an external disk's image and write it down, though no "
        "such file was ever made.",
        "add <source file=> with the image's real path",
    ),
    "E6-inactive": Rule(
        "the inactive domain is the same domain",
        "libvirt never compares the UUID of <inactiveDomain>; a revert would define it.",
        "use the domain's UUID in <inactiveDomain>",
    ),
    "E6-revert": Rule(
        "disks to revert to are the domain's",
        "libvirt does not match <revertDisks> with the domain at all.",
        "use the name in <target dev=>",
    ),
    "E6-active": Rule(
        "active says the same as --current",
        "<active> is dropped, so the snapshot would not be what the document says.",
        "add or leave out --current, or remove <active>; an import has --drop-current",
    ),
    "E6-source": Rule(
        "one image belongs to one snapshot",
        "Two snapshots that name the same external file cannot both be right.",
        "correct <source file=> of one of them",
    ),
    "E6-time": Rule(
        "a snapshot is not younger than its children",
        "creationTime is later than a child's: probably a wrong parent.",
        "check <parent>",
    ),
    "E6-name": Rule(
        "a name that every driver takes",
        "Some drivers keep snapshots in files of their name: no / in it, no . at its start.",
        "choose another name",
    ),
    "E6-domain": Rule(
        "the domain at that moment is not lost",
        "libvirt takes a checkpoint without <domain>, over one that has it, too: what the domain "
        "was at that moment is then lost for ever, and nobody can make it again. That is what "
        "redefining is there to prevent. A document that was dumped with --no-domain is for "
        "looking only.",
        "use the whole document that {kind}-dumpxml --security-info gives",
    ),
    "E13": Rule(
        "a document that fits the wire",
        "libvirt's protocol takes texts of 4 MiB and messages of 32 MiB. A larger document "
        "cannot reach the daemon whole, and is not sent at all.",
        "remove what is large and not needed, <metadata> perhaps",
    ),
    "E14": Rule(
        "a bundle is whole",
        "The last line of a bundle counts and hashes all before it. One that was cut off or "
        "changed is not taken for a tree.",
        "export again, or copy the file again",
    ),
    "E7": Rule(
        "a document that would end the daemon",
        "libvirt before 11.3.0 crashes when an existing snapshot is redefined by a document "
        "without <domain> that has an external disk without a source (rule 37g). It is never sent "
        "there.",
        "add the <domain> from snapshot-dumpxml --security-info",
    ),
    "E10": Rule(
        "validation needs a running domain",
        "--redefine-validate asks the running guest for its bitmaps.",
        "start the domain, or leave --redefine-validate out",
    ),
}
