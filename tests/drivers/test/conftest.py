"""A fresh default world for each test."""

from __future__ import annotations

import pytest

import vsh


@pytest.fixture
def connection():
    with vsh.connect("test:///default") as opened:
        yield opened


@pytest.fixture
def domain(connection):
    return connection.domain("test")


@pytest.fixture
def refused():
    """Make a call that must fail, and give the message."""

    def call(ask, *values):
        with pytest.raises(vsh.Error) as caught:
            ask(*values)
        return caught.value.message

    return call
