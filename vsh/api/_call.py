"""The engine of the API table: a stub under ``@call`` is a method, a driver slot and a wire call.

A stub says what can be asked; it has a signature and a docstring and no body:

    @call(212, "domain_get_state", acl="domain:read")
    def get_state(self, flags: u32 = 0) -> StateAndReason:
        '''The state and why it is so.'''

Calling it asks ``connection.driver.call(call, object, values)``.  A driver answers with a method
named like the slot (``domain_get_state(domain, flags)``), or forwards, or has no such method, which
is "this function is not supported by the connection driver".
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


CHECKED = ("exclusive", "requires", "needs")
"""The options by which libvirt's public layer refuses values before any driver sees them."""


class Call:
    """One procedure of libvirt's API.

    number   its number in the wire program
    program  the wire program: "remote", "qemu" or "lxc"
    slot     its name for drivers: the wire procedure's name in lower case ("domain_get_state")
    acl      the access rule or rules, as in protocol.json ("domain:read"; "none")
    api      libvirt's C function, for the "not supported" message; where the stub does not say it,
             it is the slot's words with a capital each ("virDomainGetState")
    theme    the module that declares it, below ``vsh.api`` ("domain.state")
    stub     the declaring function: signature, annotations and docstring
    owner    the class that declares it
    options  what annotations cannot say:
             filter   the access rule that each element of a listing must pass, too
             wire     the arguments in wire order, where they are not the stub's parameters in
                      order; one that callers never give has its type and value, such as
                      "need_results: i32 = 1, flags".  The value ``probe`` is a count that must be
                      exact: ask with 0 first
             count    the type of the number that follows the list in the answer
             limit    the longest list that the wire allows here, where that is not the usual
             stream   "read" or "write": the way that the bytes of the ``Stream`` go, for the client
             sparse   the flag that says that holes may be sent in the stream
             events   whether events may come after it
             texts    whether the answer leaves out the parameters that are texts, unless a bit of
                      its flags asks for them, which the client sets
             and what libvirt's public layer checks before any driver is asked: ``exclusive``,
             ``requires``, ``needs``, ``readonly`` (see drivers/_base.py)
    names    the names of its values, in order
    guarded  whether its values have to be checked before a driver is asked
    """

    __slots__ = (
        "number",
        "program",
        "acl",
        "slot",
        "api",
        "stub",
        "options",
        "name",
        "names",
        "guarded",
        "owner",
        "_defaults",
        "_required",
    )

    def __init__(
        self,
        number: int,
        slot: str,
        acl: Any,
        program: str,
        api: str | None,
        stub: Callable[..., Any],
        options: dict[str, Any],
    ) -> None:
        self.number = number
        self.slot = slot
        self.acl = acl
        self.program = program
        self.api = api or "vir" + slot.title().replace("_", "")
        self.stub = stub
        self.options = options
        self.guarded = not options.keys().isdisjoint(CHECKED)
        self.name = stub.__name__
        self.owner: Any = None
        code = stub.__code__
        self.names = code.co_varnames[1 : code.co_argcount]
        self._defaults = stub.__defaults__ or ()
        self._required = len(self.names) - len(self._defaults)

    def __set_name__(self, owner: Any, name: str) -> None:
        self.owner = owner

    def __get__(self, target: Any, owner: Any = None) -> Any:
        return self if target is None else BoundCall(self, target)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """All values in the stub's order, defaults filled in.

        Raises TypeError as a function would.
        """
        count = len(args)
        if count > len(self.names):
            raise TypeError(f"{self.name}() takes {len(self.names)} values but {count} were given")
        if count == len(self.names) and not kwargs:
            return args
        values = list(args)
        for position in range(count, len(self.names)):
            name = self.names[position]
            if name in kwargs:
                values.append(kwargs.pop(name))
            elif position >= self._required:
                values.append(self._defaults[position - self._required])
            else:
                raise TypeError(f"{self.name}() misses the value of {name!r}")
        if kwargs:
            raise TypeError(f"{self.name}() has no value called {next(iter(kwargs))!r}")
        return tuple(values)

    @property
    def theme(self) -> str:
        return self.stub.__module__.removeprefix("vsh.api.")

    def __repr__(self) -> str:
        return f"<call {self.program} {self.number} {self.slot}>"


class BoundCall:
    """A call on an object: ``domain.get_state``.  Calling it makes the call."""

    __slots__ = ("call", "target")

    def __init__(self, call: Call, target: Any) -> None:
        self.call = call
        self.target = target

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = self.call
        target = self.target
        return target.connection.driver.call(call, target, call.bind(args, kwargs))

    def request(self, *args: Any, **kwargs: Any) -> tuple[Call, Any, tuple[Any, ...]]:
        """The call as a value, for ``connection.many``: not made yet."""
        return (self.call, self.target, self.call.bind(args, kwargs))


if TYPE_CHECKING:

    def call(
        number: int,
        slot: str,
        *,
        acl: str | list[str],
        program: str = ...,
        api: str | None = ...,
        **options: Any,
    ) -> Callable[[Callable[..., Any]], Any]: ...

else:

    def call(number, slot, *, acl, program="remote", api=None, **options):
        """Declare one procedure; see the module's text and ``Call``."""
        return lambda stub: Call(number, slot, acl, program, api, stub, options)


class Object:
    """Something a connection has: a domain, a snapshot, a pool ...

    Subclasses annotate the fields that identify them, in wire order (``remote_nonnull_domain`` is
    name, uuid, id).  A class that declares calls says with ``kind`` which object they are called
    on, by the name of its class; "" is the connection itself, which is not on the wire.
    """

    __slots__ = ("connection", "__dict__")
    kind = ""
    fields: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    """Modules beside the class's own, whose calls become its own when one is first asked for."""

    def __init__(self, connection: Any, *values: Any) -> None:
        self.connection = connection
        if len(values) != len(self.fields):
            raise TypeError(
                f"{type(self).__name__} takes {len(self.fields)} values, not {len(values)}"
            )
        self.__dict__.update(zip(self.fields, values, strict=True))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Object)
            and type(other) is type(self)
            and (self._key() == other._key())
        )

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        """What makes two handles the same object: every field but a running domain's id."""
        return tuple(getattr(self, name) for name in self.fields if name != "id")

    def __repr__(self) -> str:
        pairs = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fields)
        return f"{type(self).__name__}({pairs})"

    def __getattr__(self, name: str) -> Any:
        """A call of a theme that was not needed before."""
        kind = type(self)
        if not name.startswith("_"):
            for theme in kind.themes:
                kind.take_over(theme)
                if name in vars(kind):
                    break
            if name in vars(kind):  # taken over here or, meanwhile, by another thread
                return getattr(self, name)
        raise AttributeError(
            f"{kind.__name__!r} object has no attribute {name!r}", name=name, obj=self
        )

    @classmethod
    def join(cls) -> None:
        """Take over the calls of all themes, for whoever wants to see the whole class."""
        for theme in cls.themes:
            cls.take_over(theme)

    @classmethod
    def take_over(cls, theme: str) -> None:
        """Make the calls of a theme the class's own.

        Threads may do so at once: nothing is lost by doing it twice, and a theme counts as taken
        over only when its last call is there.
        """
        from importlib import import_module

        module = import_module(f"{cls.__module__}.{theme}")
        for declaring in vars(module).values():
            if isinstance(declaring, type) and declaring.__module__ == module.__name__:
                for name, value in vars(declaring).items():
                    if isinstance(value, Call):
                        setattr(cls, name, value)
        cls.themes = tuple(each for each in cls.themes if each != theme)
