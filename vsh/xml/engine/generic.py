"""What kinds of fields are generic in, for checkers only: the module typing costs 10 ms."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Generic

    from typing_extensions import TypeVar

    Model = TypeVar("Model")
    Value = TypeVar("Value")
    # a value may be absent, unless the declaration says otherwise: Text[str]("@name", ...)
    Words = TypeVar("Words", bound=str | None, default=str | None)
    Whole = TypeVar("Whole", bound=int | None, default=int | None)

else:
    Model = Value = Words = Whole = None

    class Generic:
        """A base that takes types in brackets, and does nothing with them."""

        def __class_getitem__(cls, _of: object) -> type:
            return cls


__all__ = ["Generic", "Model", "Value", "Whole", "Words"]
