"""Images of saved guests, core dumps, screenshots."""

from __future__ import annotations

import pytest

from vsh.api.stream import Stream


@pytest.fixture
def image(tmp_path):
    return str(tmp_path / "image")


def test_save_and_restore(connection, domain, image):
    domain.save(image)
    assert tuple(domain.get_state(0)) == (5, 5)
    with open(image, "rb") as file:
        content = file.read()
    assert content.startswith(b"TestGuestMagic\0")
    assert int.from_bytes(content[15:19], "little") == len(content) - 19
    assert content[19:].startswith(b"<domain type='test' id='1'>")
    connection.domain_restore(image)
    assert tuple(domain.get_state(0)) == (1, 3)


def test_the_document_of_an_image(connection, domain, image):
    domain.save(image)
    xml = connection.domain_save_image_get_xml_desc(image, 0)
    assert xml.startswith("<domain type='test'>")
    connection.domain_save_image_define_xml(image, xml.replace("destroy", "restart"), 0)
    connection.domain_restore(image)
    assert "<on_poweroff>restart</on_poweroff>" in domain.get_xml_desc(0)
    assert "<on_poweroff>destroy</on_poweroff>" in domain.get_xml_desc(2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "incomplete save header in '{}'"),
        (b"WrongGuestMagic\0\0\0\0", "internal error: mismatched header magic"),
        (b"TestGuestMagic\0\0\0\0\0", "internal error: length of metadata out of range"),
        (b"TestGuestMagic\0\xff\xff\xff\xff", "internal error: length of metadata out of range"),
        (b"TestGuestMagic\0\x05\0\0\0<a/>", "incomplete metadata in '{}'"),
    ],
)
def test_images_that_are_none(connection, refused, image, content, message):
    with open(image, "wb") as file:
        file.write(content)
    assert refused(connection.domain_restore, image).startswith(message.format(image))


def test_files_that_cannot_be_opened(connection, domain, refused):
    assert refused(connection.domain_restore, "/no-such-folder/x") == (
        "cannot read domain image '/no-such-folder/x': No such file or directory"
    )
    assert refused(connection.domain_restore, "/") == (
        "incomplete save header in '/': Is a directory"
    )
    assert refused(domain.save, "/no-such-folder/x") == (
        "saving domain 'test' to '/no-such-folder/x': open failed: No such file or directory"
    )
    assert domain.get_state(0).state == 1


def test_managed_save(connection, domain, refused):
    domain.managed_save(0)
    assert domain.has_managed_save_image(0) == 1
    assert refused(domain.undefine_flags, 0) == (
        "Requested operation is not valid: Refusing to undefine while domain managed save image "
        "exists"
    )
    domain.create()
    assert domain.has_managed_save_image(0) == 0


def test_managed_save_of_a_transient_domain(domain, refused):
    domain.undefine_flags(0)
    assert refused(domain.managed_save, 0) == (
        "Requested operation is not valid: cannot do managed save for transient domain"
    )


def test_core_dump(domain, image, refused):
    domain.core_dump(image, 0)
    with open(image, "rb") as file:
        assert file.read() == b"TestGuestMagic\0"
    assert domain.get_state(0).state == 1
    assert refused(domain.core_dump, image, 4) == (
        "unsupported flags (0x4) in function testDomainCoreDumpWithFormat"
    )
    domain.core_dump(image, 1)
    assert tuple(domain.get_state(0)) == (5, 3)


def test_screenshot(connection, domain):
    stream = Stream(connection)
    assert domain.screenshot(stream, 0, 0) == "image/png"
    with stream:
        picture = b"".join(iter(stream.receive, b""))
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.endswith(b"IEND\xae\x42\x60\x82")
