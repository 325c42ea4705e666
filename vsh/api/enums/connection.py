"""Enumerations of connections, as libvirt numbers them."""


class CloseReason:
    """Why a connection closed."""

    prefix = "VIR_CONNECT_CLOSE_REASON_"
    ERROR = 0
    EOF = 1
    KEEPALIVE = 2
    CLIENT = 3


class CredentialType:
    """What an authentication asks for."""

    prefix = "VIR_CRED_"
    USERNAME = 1
    AUTHNAME = 2
    LANGUAGE = 3
    CNONCE = 4
    PASSPHRASE = 5
    ECHOPROMPT = 6
    NOECHOPROMPT = 7
    REALM = 8
    EXTERNAL = 9
