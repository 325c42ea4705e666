"""A domain's document and its metadata."""

from vsh.words import Enumeration, Flags


class DomainMetadataType(Enumeration, prefix="VIR_DOMAIN_METADATA_"):
    """Parts of a domain's metadata."""

    DESCRIPTION = 0
    TITLE = 1
    ELEMENT = 2


class DomainXML(Flags, prefix="VIR_DOMAIN_XML_"):
    """What a domain's document has."""

    SECURE = 1
    INACTIVE = 2
    UPDATE_CPU = 4
    MIGRATABLE = 8
