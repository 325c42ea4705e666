"""``vsh.connect`` finds the driver; the package shows its objects lazily."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import vsh
from vsh import lookup
from vsh.api.domain import Domain
from vsh.drivers.driver import Driver
from vsh.errors import Error, NoConnect

HEAVY = {"typing", "re", "enum", "dataclasses", "json", "socket", "inspect", "pathlib", "struct"}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What drivers are asked to open, instead of opening it."""
    seen: list[Any] = []

    def find(package: str, name: str) -> Any:
        if package != "vsh.drivers" or name not in ("test", "remote"):
            return None

        def open_(uri: str, **options: Any) -> Driver:
            seen.append((name, uri, options))
            driver = Driver()
            driver.uri = uri
            return driver

        return open_

    monkeypatch.setattr(lookup, "find", find)
    monkeypatch.delenv("LIBVIRT_DEFAULT_URI", raising=False)
    return seen


@pytest.mark.parametrize(
    ("uri", "driver"),
    [
        ("test:///default", "test"),
        ("test:///a/b.xml", "test"),
        ("test+unix:///default", "remote"),
        ("test://host/default", "remote"),
        ("qemu:///system", "remote"),
        ("nosuch:///x", "remote"),
        ("", "remote"),
    ],
)
def test_which_driver(opened: list[Any], uri: str, driver: str) -> None:
    connection = vsh.connect(uri, readonly=True)
    assert [(name, given) for name, given, _ in opened] == [(driver, uri)]
    assert opened[0][2]["readonly"] is True
    assert connection.uri == uri


def test_options_are_for_a_daemon_only(opened: list[Any]) -> None:
    vsh.connect("test:///default", keepalive=(5, 3))
    vsh.connect("qemu:///system", keepalive=(5, 3))
    assert "keepalive" not in opened[0][2]
    assert opened[1][2]["keepalive"] == (5, 3)


def test_the_default_uri(opened: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBVIRT_DEFAULT_URI", "test:///default")
    vsh.connect()
    assert opened[0][:2] == ("test", "test:///default")


def test_no_driver_named() -> None:
    with pytest.raises(NoConnect):
        vsh.connect("foo")


def test_classes_are_found_on_the_package() -> None:
    assert vsh.Domain is Domain
    assert vsh.Error is Error
    with pytest.raises(AttributeError, match="'Nonsense'"):
        _ = vsh.Nonsense


def test_the_table_imports_nothing_heavy() -> None:
    code = (
        f"import sys; sys.path.insert(0, {vsh.__path__[0].rpartition('/')[0]!r});"
        "before = set(sys.modules); import vsh.api.connection, vsh.api.domain;"
        "print(*sorted(set(sys.modules) - before))"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert "vsh.api.domain" in loaded
    assert not loaded & HEAVY
    assert not [name for name in loaded if not name.startswith("vsh") and name != "__future__"]


def test_importing_a_module_of_the_package_does_not_load_the_table() -> None:
    code = (
        f"import sys; sys.path.insert(0, {vsh.__path__[0].rpartition('/')[0]!r});"
        "from vsh import lookup, errors; print('vsh.api' in sys.modules)"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
