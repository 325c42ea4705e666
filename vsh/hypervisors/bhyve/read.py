"""What command lines of bhyve and its loaders say about a domain.

A device that libvirt cannot make sense of is left out, as libvirt does.
"""

from __future__ import annotations

from vsh.errors import Error, InternalError, InvalidArgument, OperationFailed
from vsh.hypervisors.conf import whole
from vsh.hypervisors.devices import features_of, new_domain
from vsh.xml.engine.text import number
from vsh.xml.engine.values import generate_uuid, parse_uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.xml.domain import Domain

_PROGRAM = "/usr/sbin/bhyve"
_LOADER = "/usr/sbin/bhyveload"
# how bhyve treats what the guest does, which libvirt always asks for
_HARMLESS = frozenset("HPw")
_UNITS = {letter: 1 << 10 * power for power, letter in enumerate("bkmgtpe")}
_MEGABYTE = 1024 * 1024


def read_commands(text: str, unread: list[str]) -> Domain:
    """The domain, as the command lines describe it: nothing is added.

    unread  gets the words that were not understood
    """
    loader, command = _commands(text)
    domain = new_domain("bhyve", "hvm")
    domain.on_reboot = "destroy"
    domain.uuid = generate_uuid()
    domain.uuid_generated = True
    domain.clock.offset = "localtime"
    domain.name = None
    _bhyve(domain, command, unread)
    if loader and loader[0] == _LOADER:
        _load(domain, loader, unread)
    elif loader:
        domain.bootloader, domain.bootloader_args = loader[0], " ".join(loader[1:])
    return domain


def _commands(text: str) -> tuple[list[str], list[str]]:
    """The loader's words, if there is one, and bhyve's."""
    loader: list[str] = []
    command: list[str] = []
    joined = text.replace("\\\n", "").replace("\\\r", "")
    for line in joined.replace("\r\n", "\n").split("\n"):
        if not line:
            continue
        words = _words(line)
        if not command and words[0] == _PROGRAM:
            command = words
        elif not loader:
            loader = words
    if not command:
        raise InternalError("Failed to convert the command string to argv-lists")
    return loader, command


def _words(line: str) -> list[str]:
    words = []
    rest = line
    while rest:
        if rest[0] in "'\"":
            word, _, rest = rest[1:].partition(rest[0])
        else:
            word, _, rest = rest.partition(" ")
        words.append(word)
        rest = rest.lstrip(" \t\n\v\f\r")
    return words


def _options(words: list[str], arguments: str) -> Iterator[tuple[str, str]]:
    """The options, with the arguments of those that have one; the last word is the guest's name."""
    last = len(words) - 1
    place = 1
    while place < last and words[place].startswith("-"):
        option = words[place]
        letter = option[1:2]
        value = ""
        if letter and letter in arguments:
            if place + 1 == last:
                raise InvalidArgument(f"Missing argument for '{option}'")
            place += 1
            value = words[place]
        yield letter, value
        place += 1
    if place != last:
        raise OperationFailed("Failed to parse arguments for bhyve command")


def _set_name(domain: Domain, name: str) -> None:
    if domain.name is None:
        domain.name = name
    elif domain.name != name:
        raise OperationFailed("Failed to parse arguments: VM name mismatch")


def _set_memory(domain: Domain, text: str) -> None:
    size = _memory(text)
    if domain.current_memory and domain.current_memory != size:
        raise OperationFailed("Failed to parse memory: size mismatch")
    domain.memory = domain.current_memory = size


def _memory(text: str) -> int:
    """A size in KiB; a small bare number counts megabytes."""
    wrong = OperationFailed("Failed to parse memory")
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    unit = text[len(digits) :].lower()
    value = whole(digits)
    if value is None:
        raise wrong
    if not unit:
        return (value * _MEGABYTE if value < _MEGABYTE else value) // 1024
    letter = unit[:1] if unit[1:] in ("", "b") else ""
    if letter not in _UNITS:
        raise wrong
    return value * _UNITS[letter] // 1024


def _bhyve(domain: Domain, words: list[str], unread: list[str]) -> None:
    from vsh.hypervisors.bhyve.read_devices import Devices
    from vsh.xml.domain.tune import MemoryBacking

    devices = Devices(domain, unread)
    features = features_of(domain)
    for letter, value in _options(words, "clsmUpg"):
        if letter == "A":
            features.acpi = True
        elif letter == "I":
            features.apic = True
        elif letter == "c":
            try:
                domain.vcpus = domain.vcpu_current = number(value)
            except ValueError:
                raise OperationFailed("Failed to parse number of vCPUs") from None
        elif letter == "l":
            devices.bridge(value)
        elif letter == "s":
            try:
                devices.slot(value)
            except Error as error:
                unread.append(f"-s {value}: {error.message}")
        elif letter == "m":
            _set_memory(domain, value)
        elif letter == "u":
            domain.clock.offset = "utc"
        elif letter == "U":
            try:
                domain.uuid = parse_uuid(value)
            except ValueError:
                raise InternalError(f"Cannot parse UUID '{value}'") from None
            domain.uuid_generated = False
        elif letter == "S":
            domain.memory_backing = MemoryBacking(locked=True)
        elif letter not in _HARMLESS:
            unread.append(f"-{letter} {value}".rstrip())
    _set_name(domain, words[-1])


def _load(domain: Domain, words: list[str], unread: list[str]) -> None:
    from vsh.hypervisors.devices import source_path

    seen = set()
    for letter, value in _options(words, "dm"):
        if letter == "m":
            _set_memory(domain, value)
        elif letter == "d":
            for place, disk in enumerate(domain.disks):
                if source_path(disk) == value:
                    disk.boot_order = place or None
                    break
        else:
            unread.append(f"{words[0]} -{letter} {value}".rstrip())
        seen.add(letter)
    if seen != {"d", "m"}:
        domain.bootloader, domain.bootloader_args = words[0], " ".join(words[1:])
    _set_name(domain, words[-1])
