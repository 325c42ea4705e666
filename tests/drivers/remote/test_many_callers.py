"""One link, several threads: who reads, sends and hands over, and what each hears of the end."""

from __future__ import annotations

import threading
import time

import pytest

from vsh.api.connection.host import Host
from vsh.errors import Error, OperationTimeout

HOSTNAME = Host.get_hostname
TYPE = Host.get_type
BASELINE = Host.baseline_cpu
LONGEST = 20


class Beside(threading.Thread):
    """Something done in another thread, with its value or its error."""

    def __init__(self, work, *values):
        super().__init__(daemon=True)
        self.work, self.values = work, values
        self.value = None
        self.start()

    def run(self):
        try:
            self.value = self.work(*self.values)
        except Error as error:
            self.value = error

    def result(self):
        self.join(LONGEST)
        assert not self.is_alive(), "it hangs"
        return self.value


def held(daemon, call):
    """Let a call wait for its answer until the test gives it; a list that gets its message."""
    waiting = []
    daemon.on(call, lambda _daemon, message: waiting.append(message))
    return waiting


def until(condition):
    end = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_second_call_is_answered_first(connection, daemon):
    daemon.give(HOSTNAME, "box")
    waiting = held(daemon, TYPE)
    first = Beside(connection.get_type)
    until(lambda: waiting)
    assert connection.get_hostname() == "box"
    daemon.session.reply(waiting[0], b"\0\0\0\4QEMU")
    daemon.flush()
    assert first.result() == "QEMU"


def test_a_reader_that_gives_up_leaves_the_reading_to_another(connection, daemon):
    hosts, types = held(daemon, HOSTNAME), held(daemon, TYPE)
    connection.driver.timeout = 0.3
    first = Beside(connection.get_hostname)
    until(lambda: hosts)
    connection.driver.timeout = None
    second = Beside(connection.get_type)
    assert isinstance(first.result(), OperationTimeout)
    until(lambda: types)
    daemon.session.reply(hosts[0], b"\0\0\0\3box")  # nobody waits for it
    daemon.session.reply(types[0], b"\0\0\0\4QEMU")
    daemon.flush()
    assert second.result() == "QEMU"


def test_who_waits_for_an_event_sends_for_the_others(connection, daemon):
    """What the socket does not take at once is sent by the reader, whatever that waits for."""
    daemon.give(BASELINE, "one")
    listener = Beside(connection.next_event, LONGEST)
    until(lambda: connection.driver.link._polling)
    asked = [Beside(connection.baseline_cpu, ["x" * (1 << 21)], 0) for _ in range(8)]
    assert [one.result() for one in asked] == ["one"] * 8
    connection.driver.link.close()
    assert isinstance(listener.result(), Error)


def test_all_hear_of_the_end(connection, daemon):
    hosts, types = held(daemon, HOSTNAME), held(daemon, TYPE)
    callers = [Beside(connection.get_hostname), Beside(connection.get_type)]
    until(lambda: hosts and types)
    daemon.hang_up()
    texts = [str(caller.result()) for caller in callers]
    assert texts == ["End of file while reading data: Input/output error"] * 2
    assert connection.driver.close_reason == 1
    with pytest.raises(Error, match="client socket is closed"):
        connection.get_hostname()


def test_closed_while_another_reads(connection, daemon):
    waiting = held(daemon, HOSTNAME)
    caller = Beside(connection.get_hostname)
    until(lambda: waiting)
    connection.close()
    assert "closed" in str(caller.result()) or "End of file" in str(caller.result())
    assert not connection.driver.alive
