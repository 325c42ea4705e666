"""What a document says to QEMU directly, in elements of libvirt's QEMU namespace."""

from __future__ import annotations

from vsh.hypervisors.qemu.own_elements import NAMESPACE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.properties import Properties, Value
    from vsh.xml.domain import Domain
    from vsh.xml.engine.raw import Foreign


class Overrides:
    """Extra words, changed properties of devices, and how to treat what QEMU calls deprecated."""

    def __init__(self) -> None:
        self.arguments: list[str] = []
        self.environment: list[tuple[str, str]] = []
        self.deprecation: str | None = None
        self.frontends: dict[str, list[tuple[str, Value]]] = {}

    def changed(self, properties: Properties) -> Properties:
        """A device's properties, with what the document changes in them."""
        changes = self.frontends.get(str(properties.get("id")))
        if changes is None:
            return properties
        found = {**properties}
        for name, value in changes:
            found.pop(name, None)
            if value is not None:
                found[name] = value
        return found


def overrides(domain: Domain) -> Overrides:
    """What a document's own elements say."""
    found = Overrides()
    for extension in domain.extensions:
        if extension.uri != NAMESPACE:
            continue
        if extension.name == "commandline":
            for child in extension.children:
                attributes = dict(child.attributes)
                if child.name == "arg":
                    found.arguments.append(attributes.get("value", ""))
                elif child.name == "env":
                    pair = attributes.get("name", ""), attributes.get("value", "")
                    found.environment.append(pair)
        elif extension.name == "deprecation":
            found.deprecation = dict(extension.attributes).get("behavior")
        elif extension.name == "override":
            for device in extension.children:
                _device(found, device)
    return found


def _device(found: Overrides, device: Foreign) -> None:
    changes = found.frontends.setdefault(dict(device.attributes).get("alias", ""), [])
    for frontend in device.children:
        for child in frontend.children:
            attributes = dict(child.attributes)
            value: Value = attributes.get("value")
            kind = attributes.get("type")
            if kind == "remove":
                value = None
            elif kind in ("signed", "unsigned"):
                value = int(attributes["value"])
            elif kind == "bool":
                value = attributes["value"] == "true"
            changes.append((attributes.get("name", ""), value))
