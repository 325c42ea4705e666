"""A domain's document and its metadata."""


class DomainMetadataType:
    """Parts of a domain's metadata."""

    prefix = "VIR_DOMAIN_METADATA_"
    DESCRIPTION = 0
    TITLE = 1
    ELEMENT = 2


class DomainXML:
    """What a domain's document has."""

    prefix = "VIR_DOMAIN_XML_"
    SECURE = 1
    INACTIVE = 2
    UPDATE_CPU = 4
    MIGRATABLE = 8
