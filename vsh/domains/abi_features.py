"""What of a guest's features and timers another definition has otherwise, in libvirt's words."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.xml.domain import Domain
    from vsh.xml.domain.features import Features, Hyperv
    from vsh.xml.engine.element import Element

_STATES = (
    ("acpi", "acpi"), ("apic", "apic"), ("pae", "pae"), ("hap", "hap"), ("viridian", "viridian"),
    ("privnet", "privnet"), ("hyperv", "hyperv"), ("kvm", "kvm"), ("pvspinlock", "pvspinlock"),
    ("capabilities", "capabilities"), ("pmu", "pmu"), ("vmport", "vmport"), ("gic", "gic"),
    ("smm", "smm"), ("ioapic", "ioapic"), ("hpt", "hpt"), ("vmcoreinfo", "vmcoreinfo"),
    ("htm", "htm"), ("nested_hv", "nested-hv"), ("ccf_assist", "ccf-assist"), ("xen", "xen"),
    ("cfpc", "cfpc"), ("sbbc", "sbbc"), ("ibs", "ibs"), ("ras", "ras"), ("ps2", "ps2"),
    ("aia", "aia"),
)  # fmt: skip


def features(source: Domain, target: Domain) -> Iterator[str]:
    """libvirt's texts for what differs in <features>."""
    if source.features == target.features:
        return
    from vsh.xml.domain.features import Features

    old, new = source.features or Features(), target.features or Features()
    for name, word in _STATES:
        one, other = _state(old, name), _state(new, name)
        if one != other:
            yield f"State of feature '{word}' differs: source: '{one}', destination: '{other}'"
    yield from _groups(old, new)


def _word(value: object) -> str:
    return "default" if value is None else ("on" if value else "off")


def _state(features: Features, name: str) -> str:
    if name == "apic":
        return f"{_word(features.apic or None)},eoi={_word(features.apic_eoi)}"
    if name == "gic":
        value = features.gic
        return f"{_word(None if value is None else True)},version={value or 'none'}"
    if name == "hpt":
        given = features.hpt_resizing or features.hpt_maxpagesize
        return (
            f"{_word(True if given else None)},resizing={features.hpt_resizing or 'none'},"
            f"maxpagesize={features.hpt_maxpagesize or 0}"
        )
    value = getattr(features, name)
    if name == "capabilities":
        return f"policy={value.policy if value is not None else 'default'}"
    if name == "ioapic":
        return f"driver={value or 'none'}"
    if name in ("cfpc", "sbbc", "ibs", "aia"):
        return f"value={value or ('default' if name == 'aia' else 'none')}"
    if name == "hyperv":
        return "default" if value is None else {"custom": "on"}.get(value.mode, "off")
    if name in ("kvm", "xen"):
        return _word(None if value is None else True)
    if name == "smm":
        return _word(None if value is None else value.state)
    return _word(True if value is True else (None if value is None or name in _PRESENT else value))


_PRESENT = ("acpi", "pae", "viridian", "privnet")


def _groups(old: Features, new: Features) -> Iterator[str]:
    if old.hyperv is not None and new.hyperv is not None:
        yield from _hyperv(old.hyperv, new.hyperv)
    if old.xen is not None and new.xen is not None:
        for name in ("e820_host", "passthrough"):
            yield from _named("Xen feature", name, old.xen, new.xen)
        one, other = old.xen.passthrough_mode or "default", new.xen.passthrough_mode or "default"
        if one != other:
            yield (
                f"'mode' of Xen passthrough feature differs: source: '{one}', destination: "
                f"'{other}'"
            )
    if old.kvm is not None and new.kvm is not None:
        for name in ("hidden", "hint_dedicated", "poll_control", "pv_ipi", "dirty_ring"):
            yield from _named("KVM feature", name, old.kvm, new.kvm)
        size, new_size = old.kvm.dirty_ring_size or 0, new.kvm.dirty_ring_size or 0
        if size != new_size:
            yield (
                f"dirty ring size of KVM feature '(null)' differs: source: '{size}', "
                f"destination: '{new_size}'"
            )
    if old.smm is not None and new.smm is not None and old.smm.state:
        yield from _tseg(old.smm.tseg, new.smm.tseg)


def _tseg(one: int | None, other: int | None) -> Iterator[str]:
    from vsh.xml.domain.features import pretty

    if (one is None) != (other is None):
        words = ["not specified" if value is None else "specified" for value in (one, other)]
        yield f"SMM TSEG differs: source: {words[0]}, destination: '{words[1]}'"
    elif one is not None and other is not None and one != other:
        a, b = pretty(one), pretty(other)
        yield (
            f"Size of SMM TSEG size differs: source: '{a[0]} {a[1]}', destination: '{b[0]} {b[1]}'"
        )


def _named(what: str, name: str, old: Element, new: Element) -> Iterator[str]:
    one, other = _word(getattr(old, name)), _word(getattr(new, name))
    if one != other:
        word = old.fields[name].path.partition("/")[0]
        yield f"State of {what} '{word}' differs: source: '{one}', destination: '{other}'"


def _hyperv(old: Hyperv, new: Hyperv) -> Iterator[str]:
    for name in (
        "relaxed",
        "vapic",
        "spinlocks",
        "vpindex",
        "runtime",
        "synic",
        "stimer",
        "reset",
        "vendor_id",
        "frequencies",
        "reenlightenment",
        "tlbflush",
        "ipi",
        "evmcs",
        "avic",
        "emsr_bitmap",
        "xmm_input",
    ):
        if name == "spinlocks":
            a, b = old.spinlocks_retries or 0, new.spinlocks_retries or 0
            if a != b:
                yield f"HyperV spinlock retry count differs: source: '{a}', destination: '{b}'"
        elif name == "vendor_id":
            one, other = old.vendor_id_value, new.vendor_id_value
            if one != other:
                yield (
                    f"HyperV vendor_id differs: source: '{one or '(null)'}', destination: "
                    f"'{other or '(null)'}'"
                )
        else:
            values = [getattr(h, name) for h in (old, new)]
            states = [v.state if hasattr(v, "state") else v for v in values]
            if states[0] != states[1]:
                yield (
                    f"State of HyperV enlightenment feature '{name}' differs: source: "
                    f"'{_word(states[0])}', destination: '{_word(states[1])}'"
                )
    if old.stimer is not None and old.stimer.state and new.stimer is not None:
        direct = _word(old.stimer.direct), _word(new.stimer.direct)
        if direct[0] != direct[1]:
            yield (
                f"State of HyperV stimer direct feature differs: source: '{direct[0]}', "
                f"destination: '{direct[1]}'"
            )


def timers(source: Domain, target: Domain) -> Iterator[str]:
    """libvirt's texts for timers that differ."""
    old, new = source.clock.timers, target.clock.timers
    if len(old) != len(new):
        yield "Target domain timers do not match source"
        return
    for one, other in zip(old, new, strict=True):
        if one.name != other.name:
            yield f"Target timer {other.name} does not match source {one.name}"
        if one.present != other.present:
            words = [
                "default" if t.present is None else ("yes" if t.present else "no")
                for t in (one, other)
            ]
            yield f"Target timer presence '{words[1]}' does not match source '{words[0]}'"
        if one.name == "tsc":
            if (one.frequency or 0) != (other.frequency or 0):
                yield (
                    f"Target TSC frequency {other.frequency or 0} does not match source "
                    f"{one.frequency or 0}"
                )
            if one.mode != other.mode:
                yield (
                    f"Target TSC mode {other.mode or 'none'} does not match source "
                    f"{one.mode or 'none'}"
                )
