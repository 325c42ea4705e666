"""The two kinds of moments that metadata is redefined of: the file's name is the kind's.

All in which snapshots and checkpoints differ stands in ``snapshot.py`` and ``checkpoint.py``; all
else in this package is written once, for a ``Kind``.
"""

from __future__ import annotations

from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.redefine.moments import Document, Listing, Moment, Named
    from vsh.redefine.rule import Problem, Rule
    from vsh.xml.domain import Domain as Definition


REDEFINE = 1
METADATA_ONLY = 2
SECURE = 1


class Kind:
    """What is particular about one kind of moment.

    name         "snapshot" or "checkpoint"
    tag, bundle  the outermost elements of one document, and of many in one
    missing      libvirt's number of the error that says that there is none of that name
    serial       each is sent after the one before has been answered, siblings, too
    has_current  one of them is current, and a redefinition can say which
    schema_always   the schema counts without --validate, too
    schema_rule, general_rule  the rules of the schema, and of what has no rule of its own
    without_domain  the flag that asks for a document without its <domain>; 0 where there is none
    """

    name = ""
    tag = ""
    bundle = ""
    missing = 0
    serial = False
    has_current = False
    without_domain = 0
    schema_always = False
    schema_rule: Rule
    general_rule: Rule

    def model(self) -> type[Document]:
        """The class of its documents' models."""
        raise NotImplementedError

    def listing(self, domain: Domain) -> Listing:
        """The call that lists all of a domain's."""
        raise NotImplementedError

    def handle(self, domain: Domain, name: str) -> Moment:
        """The API's object of a moment that is there, or will be."""
        raise NotImplementedError

    def looking_up(self, domain: Domain) -> Named:
        """The call that finds one by name."""
        raise NotImplementedError

    def creating(self, domain: Domain) -> Named:
        """The call that redefines one."""
        raise NotImplementedError

    def flags_of(self, domain: Domain, state: str | None) -> int:
        """The flags that a document of that state needs to be redefined."""
        return REDEFINE

    def forgetting(self, domain: Domain) -> int:
        """The flags that delete metadata and nothing else."""
        return METADATA_ONLY

    def circumstances(self, domain: Domain, flags: int, *, lenient: bool) -> list[Problem]:
        """What keeps any document from being redefined, whatever it says."""
        raise NotImplementedError

    def rules(self) -> tuple[Rule, ...]:
        """What is asked about a document that has been read, in libvirt's order, then what this
        program adds.
        """
        raise NotImplementedError

    def among(self) -> tuple[Rule, ...]:
        """Those of the rules that are between a document and what is there already: drivers ask
        them, too.
        """
        raise NotImplementedError

    def may_be_deadly(self, domain: Domain, xml: str) -> bool:
        """Whether it could be a document that an old daemon does not survive (E7)."""
        return False

    def align(self, document: Document, domain: Definition | None) -> None:
        """List a document's disks as a hypervisor would."""
        raise NotImplementedError

    def read(self, xml: str) -> Document:
        """The model of a document that a hypervisor gave; what cannot be read in it is left out."""
        from vsh.redefine.reading import stored

        return stored(xml, self.model())

    def absent(self, error: Error) -> bool:
        """Whether an error only says that there is no such moment."""
        return error.code == self.missing

    def __repr__(self) -> str:
        return self.name
