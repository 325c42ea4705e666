"""Many calls in flight at once: collected inside ``with``, made together at its end.

    with connection.pipeline() as calls:
        states = [calls(domain.get_state) for domain in connection.domains()]
    print([answer.value for answer in states])

Over a slow link that is one round trip for as many calls as the window takes.
"""

from __future__ import annotations

from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic, ParamSpec, Self, TypeVar

    from vsh.api._call import BoundCall, Request
    from vsh.api.connection import Connection

    Given = ParamSpec("Given")
    Value = TypeVar("Value")
else:
    from vsh.api._call import Generic

    Given = Value = None


class Answer(Generic[Value]):
    """What a call of a pipeline will have answered, once the pipeline has run."""

    __slots__ = ("_value", "error", "ready")
    _value: Value

    def __init__(self) -> None:
        self.ready = False
        self.error: Error | None = None
        """The Error of a call that failed; None of one that did not."""

    @property
    def value(self) -> Value:
        """The answer.  Raises the Error of a call that failed; RuntimeError before the calls."""
        if not self.ready:
            raise RuntimeError("the pipeline has not run: its calls are made when `with` ends")
        if self.error is not None:
            raise self.error
        return self._value

    def give(self, value: Value | Error) -> None:
        """The answer is there."""
        self.ready = True
        if isinstance(value, Error):
            self.error = value
        else:
            self._value = value


class Pipeline:
    """Independent calls, made together.  Nothing is sent if the ``with`` block itself fails."""

    __slots__ = ("_answers", "_connection", "_requests")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._requests: list[Request[object]] = []
        self._answers: list[Answer[Any]] = []

    def __call__(
        self, call: BoundCall[Given, Value], *args: Given.args, **kwargs: Given.kwargs
    ) -> Answer[Value]:
        """Add a call: ``calls(domain.get_xml_desc, 0)``."""
        answer: Answer[Value] = Answer()
        self._requests.append(call.request(*args, **kwargs))
        self._answers.append(answer)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None:
            values = self._connection.many(self._requests)
            for answer, value in zip(self._answers, values, strict=True):
                answer.give(value)
