"""Whom a guest's QEMU runs as, and what becomes of its files: <seclabel> of the model ``dac``.

Where we are not root there is no such model: QEMU runs as we do, and files are left as they are.
"""

from __future__ import annotations

import os

from vsh.drivers.host.account import Account
from vsh.errors import ConfigUnsupported, InvalidArgument, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.qemu.settings import Settings
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.security import SecurityLabel
    from vsh.xml.shared.image import Label

DAC = "dac"


def own(definition: Definition) -> SecurityLabel | None:
    """The label of the model, if a definition has one."""
    return next((each for each in definition.seclabels if each.model == DAC), None)


def check(definition: Definition) -> None:
    """Whether the host has the models that a definition wants.  Raises ConfigUnsupported."""
    models = (None, "none", DAC) if os.geteuid() == 0 else (None, "none")
    for each in definition.seclabels:
        if each.model not in models:
            raise ConfigUnsupported(f"Security driver model '{each.model}' is not available")


def name_model(definition: Definition) -> None:
    """A label that names no model, and stands alone, is of the host's first one: ``none``.

    Raises XmlError where only a model says what it means.
    """
    if len(definition.seclabels) != 1 or definition.seclabels[0].model is not None:
        return
    found = definition.seclabels[0]
    if found.type == "static" or found.baselabel is not None:
        raise XmlError("missing security model in domain seclabel")
    found.model, found.type, found.relabel = "none", "none", False


def label(usual: Account | None, live: Definition, settings: Settings) -> None:
    """Write down in the definition of a guest that starts whom its QEMU runs as.

    usual     whom QEMUs run as where no label says otherwise; None: as we do
    settings  whether one that says nothing is confined, and whether all have to be

    Raises ConfigUnsupported.
    """
    from vsh.xml.domain.security import SecurityLabel

    check(live)
    confined = settings.security_default_confined
    if settings.security_require_confined and not (
        confined and all(each.type != "none" for each in live.seclabels)
    ):
        raise ConfigUnsupported("Unconfined guests are not allowed on this host")
    if usual is None:
        return
    found = own(live)
    if found is None and not confined:
        if not live.seclabels:
            live.seclabels = [SecurityLabel(type="none", model=DAC, relabel=False)]
        return
    if found is None:
        found = SecurityLabel(type="dynamic", model=DAC, relabel=True)
        found.implicit = True
        live.seclabels = [*live.seclabels, found]
    if found.type == "dynamic":
        found.label = usual.label
    if found.relabel and found.type != "none":
        found.imagelabel = found.label


def account(usual: Account, live: Definition) -> Account:
    """Whom the QEMU of a guest runs as.  Raises InvalidArgument."""
    found = own(live)
    if found is None or not found.label or found.label == usual.label:
        return usual
    return parsed(found.label)


def relabelled(settings: Settings, live: Definition) -> bool:
    """Whether a guest's files become its QEMU's."""
    found = own(live)
    usual = found is None and settings.security_default_confined
    return settings.dynamic_ownership and (usual or (found is not None and bool(found.relabel)))


def parsed(text: str) -> Account:
    """The user and the group of a label.  Raises InvalidArgument."""
    user, colon, group = text.partition(":")
    if not colon:
        raise InvalidArgument(f"Failed to parse uid and gid from '{text}'")
    return Account.named(user, group or None)


def exceptions(live: Definition) -> dict[str, Account | None]:
    """The files that have labels of their own, by path: whose they become; None: they stay."""
    return {path: found for path, labels in _sources(live) for found in _chosen(labels)}


def _chosen(labels: list[Label]) -> Iterator[Account | None]:
    for each in labels:
        if each.model in (None, DAC):
            if each.relabel is False:
                yield None
            elif each.label:
                yield parsed(each.label)


def _sources(live: Definition) -> Iterator[tuple[str, list[Label]]]:
    from vsh.drivers.qemu.blocks import chain

    for disk in live.disks:
        if disk.source is None:
            continue
        labels = disk.source.seclabels
        for image in (disk.source, *(layer.source for layer in chain.layers(disk))):
            store = None if image is None else image.data_store
            for each in (image, None if store is None else store.source):
                if each is not None and each.path:
                    yield each.path, each.seclabels or labels
    for character in (*live.serials, *live.parallels, *live.consoles, *live.channels):
        for source in character.sources:
            if source.path:
                yield source.path, source.seclabels
