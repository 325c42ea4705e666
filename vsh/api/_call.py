"""The engine of the API table: a stub under ``@call`` is a method, a driver slot and a wire call.

A stub says what can be asked; it has a signature and a docstring and no body:

    @call(212, "domain_get_state", acl="domain:read")
    def get_state(self, flags: u32 = 0) -> StateAndReason:
        '''The state and why it is so.'''

Calling it asks ``connection.driver.call(call, object, values)``.  A driver answers with a method of
that name in its part for the theme (``get_state(domain, flags)``, see ``vsh/drivers/part.py``), or
forwards, or has no such method: "this function is not supported by the connection driver".

For a type checker and for ``inspect.signature`` a call has the signature of its stub.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from inspect import Signature
    from types import FunctionType
    from typing import (
        Concatenate,
        Generic,
        ParamSpec,
        TypeAlias,
        TypedDict,
        TypeVar,
        Unpack,
        overload,
    )

    from vsh.api.connection import Connection
    from vsh.api.types import Check
    from vsh.words import Flags

    Given = ParamSpec("Given")
    Answered_co = TypeVar("Answered_co", covariant=True)
    Owner = TypeVar("Owner")

    class Options(TypedDict, total=False):
        """What annotations cannot say of a call; see ``Call``."""

        filter: str
        wire: str
        count: str
        limit: int
        stream: str
        sparse: str
        events: bool
        quick: bool
        texts: bool
        exclusive: Iterable[tuple[str, str]]
        requires: Iterable[tuple[str, str]]
        needs: Mapping[str, str]
        least: Mapping[str, tuple[int, str]]
        readonly: bool
        secure: Sequence[str]
        agent: Mapping[str, str]
        words: str

else:

    class Generic:
        """Stands for typing's, which costs more to import than all of this."""

        __slots__ = ()
        __class_getitem__ = classmethod(lambda cls, parameters: cls)

    Given = Answered_co = None


CHECKED = ("exclusive", "requires", "needs", "least")
"""The options by which libvirt's public layer refuses values before any driver sees them."""

READING = ("read", "read_secure", "getattr", "none")
"""The permissions that a read-only connection has, beside those to search."""


class Call(Generic[Given, Answered_co]):
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
             quick    whether it only reads memory: the daemon answers it in its loop, since a
                      hand-over to a thread would cost more than the answer
             texts    whether the answer leaves out the parameters that are texts, unless a bit of
                      its flags asks for them, which the client sets
             and what libvirt's public layer checks before any driver is asked:
             exclusive  pairs of flags that exclude each other: [("REDEFINE", "HALT")]
             requires   pairs of a flag and another that it needs
             needs      values that must not be zero or empty, each with the text that says so
             least      numbers that must not be less: each with the least and the text for it
             readonly   whether read-only connections may make it, where ``acl`` does not tell
             secure     flags that read-only connections may not give
             agent      values with which it asks the guest's agent, which read-only connections may
                        not: {"source": "AGENT"}
             words      where these flags are declared: the module below ``vsh.words``, if its name
                        is not that of the stub's own
    names    the names of its values, in order
    guarded  whether its values have to be checked before a driver is asked
    """

    def __init__(
        self,
        number: int,
        slot: str,
        acl: str | list[str],
        program: str,
        api: str | None,
        stub: FunctionType,
        options: Options,
    ) -> None:
        self.number = number
        self.slot = slot
        self.acl = acl
        self.program = program
        self.api = api or "vir" + slot.title().replace("_", "")
        self.stub = stub
        self.options = options
        self.guarded = not options.keys().isdisjoint(CHECKED)
        self.quick = bool(options.get("quick"))
        self.name = self.__name__ = stub.__name__
        self.theme = stub.__module__.removeprefix("vsh.api.")
        self.owner: type[Object] = Object
        self.__doc__ = stub.__doc__
        self.sound: set[int] = set()  # flags that are known to break no rule
        self.__module__ = stub.__module__
        self.__qualname__ = stub.__qualname__
        code = stub.__code__
        self.names = code.co_varnames[1 : code.co_argcount]
        self._defaults = stub.__defaults__ or ()
        self._required = len(self.names) - len(self._defaults)
        self._accepts: tuple[Check, ...] | None = None

    def __set_name__(self, owner: type[Object], name: str) -> None:
        self.owner = owner

    if TYPE_CHECKING:

        @overload
        def __get__(self, target: None, owner: type | None = None) -> Call[Given, Answered_co]: ...
        @overload
        def __get__(
            self, target: Object, owner: type | None = None
        ) -> BoundCall[Given, Answered_co]: ...

    def __get__(
        self, target: Object | None, owner: type | None = None
    ) -> Call[Given, Answered_co] | BoundCall[Given, Answered_co]:
        return self if target is None else BoundCall(self, target)

    def __call__(self, target: Object, *args: Given.args, **kwargs: Given.kwargs) -> Answered_co:
        """Make the call on an object, as an unbound method does: ``Domain.get_state(domain)``."""
        return BoundCall(self, target)(*args, **kwargs)

    def bind(self, args: tuple[object, ...], kwargs: dict[str, object]) -> tuple[object, ...]:
        """All values in the stub's order, defaults filled in.

        Raises TypeError as a function would, and for a value of the wrong type.
        """
        count, wanted = len(args), len(self.names)
        values = args
        if count > wanted:
            raise TypeError(f"{self.name}() takes {wanted} values but {count} were given")
        if kwargs or count < self._required:
            args = values = self._completed(list(args), kwargs)
        elif count < wanted:  # the rest are defaults, which are sound
            values = args + self._defaults[count - self._required :]
        accepts = self._accepts
        if accepts is None:
            from vsh.api.types import accepted

            annotations = self.stub.__annotations__
            accepts = self._accepts = tuple(accepted(annotations[name]) for name in self.names)
        for place, value in enumerate(args):
            if not accepts[place](value):
                from vsh.api.types import refusal

                name = self.names[place]
                wrong = refusal(self.stub.__annotations__[name], value)
                raise TypeError(f"{self.name}(): {name} {wrong}")
        return values

    def _completed(self, values: list[object], kwargs: dict[str, object]) -> tuple[object, ...]:
        for position in range(len(values), len(self.names)):
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

    def number_of(self, values: tuple[object, ...], name: str) -> int:
        """The one of all values that has a name, and is a number."""
        value = values[self.names.index(name)]
        if not isinstance(value, int):
            raise TypeError(f"{self!r}: {name} is no number")
        return value

    @property
    def reads_only(self) -> bool:
        """Whether libvirt lets read-only connections make this call, whatever its values."""
        stated = self.options.get("readonly")
        if stated is not None:
            return bool(stated)
        rules = (self.acl,) if isinstance(self.acl, str) else self.acl
        permissions = [rule.split(":")[1] if ":" in rule else rule for rule in rules]
        return all(each in READING or each.startswith("search_") for each in permissions)

    def conflicts(self, flags: int) -> Iterator[tuple[int, str]]:
        """What its options say against flags: the place of each broken rule, and libvirt's text.

        Rules of ``requires`` come before those of ``exclusive``.
        """
        if not flags or flags in self.sound:
            return
        from vsh.words import excludes, requires

        broken = False

        needs = [
            (self.word(one), self.word(other)) for one, other in self.options.get("requires", ())
        ]
        for place, (one, needed) in enumerate(needs):
            if flags & one and not flags & needed:
                broken = True
                yield place, requires(one, needed)
        for place, (name, second) in enumerate(self.options.get("exclusive", ()), len(needs)):
            one, other = self.word(name), self.word(second)
            if flags & one and flags & other:
                broken = True
                yield place, excludes(one, other)
        if not broken:
            self.sound.add(int(flags))

    def word(self, name: str, parameter: str = "flags") -> Flags:
        """The member of an enumeration that an option names: "HALT", or "SnapshotCreate.HALT".

        Without a class it is one of the annotation of the parameter.  Raises LookupError.
        """
        from vsh.lookup import load

        kind, _, member = name.rpartition(".")
        kind = kind or self.stub.__annotations__[parameter].partition(" | ")[0]
        module = f"vsh.words.{self.options.get('words', self.theme)}"
        while module != "vsh":
            found = getattr(load(module), kind, None)
            if found is not None:
                named: Flags = found[member]
                return named
            module = module.rpartition(".")[0]
        raise LookupError(f"{self!r}: there is no {kind} in vsh.words")

    @property
    def __signature__(self) -> Signature:
        from inspect import signature

        return signature(self.stub)

    def __repr__(self) -> str:
        return f"<call {self.program} {self.number} {self.slot}>"


class BoundCall(Generic[Given, Answered_co]):
    # A call on an object: ``domain.get_state``.  Calling it makes the call.  Its docstring is the
    # stub's, which is why the class has none.

    __slots__ = ("call", "target")

    def __init__(self, call: Call[Given, Answered_co], target: Object) -> None:
        self.call = call
        self.target = target

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Answered_co:
        call = self.call
        target = self.target
        return target.connection.driver.call(call, target, call.bind(args, kwargs))

    def request(self, *args: Given.args, **kwargs: Given.kwargs) -> Request[Answered_co]:
        """The call as a value, for ``connection.many``: not made yet."""
        return (self.call, self.target, self.call.bind(args, kwargs))

    if not TYPE_CHECKING:

        def __get__(self, target, owner=None):
            """What makes ``help`` and ``inspect`` take it for a method."""
            return self

        @property
        def __doc__(self):
            return self.call.__doc__

        @property
        def __name__(self):
            return self.call.name

        @property
        def __signature__(self):
            whole = self.call.__signature__
            return whole.replace(parameters=list(whole.parameters.values())[1:])

    def __repr__(self) -> str:
        return f"<{self.call.name} of {self.target!r}>"


if TYPE_CHECKING:
    Request: TypeAlias = "tuple[Call[..., Answered_co], Object, tuple[object, ...]]"

    def call(
        number: int,
        slot: str,
        *,
        acl: str | list[str],
        program: str = ...,
        api: str = ...,
        **options: Unpack[Options],
    ) -> Callable[[Callable[Concatenate[Owner, Given], Answered_co]], Call[Given, Answered_co]]: ...

else:

    def call(number, slot, *, acl, program="remote", api=None, **options):
        """Declare one procedure; see the module's text and ``Call``."""
        return lambda stub: Call(number, slot, acl, program, api, stub, options)


class _Lazy(type):
    """What lets a class be asked for the calls of themes that were not needed before."""

    if not TYPE_CHECKING:

        def __getattr__(cls, name):
            if not name.startswith("_"):
                for theme in cls.themes:
                    _join(cls, theme)
                    if name in vars(cls):
                        break
                if name in vars(cls):  # taken over here or, meanwhile, by another thread
                    return vars(cls)[name]
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")

        def __dir__(cls):
            cls.join()
            return super().__dir__()


class Object(metaclass=_Lazy):
    """Something a connection has: a domain, a snapshot, a pool ...

    Subclasses annotate the fields that identify them, in wire order (``remote_nonnull_domain`` is
    name, uuid, id).  A class that declares calls says with ``kind`` which object they are called
    on, by the name of its class; "" is the connection itself, which is not on the wire.
    """

    __slots__ = ("connection", "__dict__")
    connection: Connection
    called: str
    """What the user called it, on a command line: its name, id or UUID."""
    kind = ""
    fields: tuple[str, ...] = ()
    limits: dict[str, int] = {}
    """The longest that fields may be on the wire, where that is not the usual."""
    themes: tuple[str, ...] = ()
    """Modules beside the class's own, whose calls become its own when one is first asked for."""

    def __init__(self, connection: Connection, *values: object) -> None:
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

    def _key(self) -> tuple[object, ...]:
        """What makes two handles the same object: every field but a running domain's id."""
        return tuple(getattr(self, name) for name in self.fields if name != "id")

    def __repr__(self) -> str:
        values = ((name, getattr(self, name)) for name in self.fields)
        shown = [f"{name}={getattr(value, 'name', value)!r}" for name, value in values]
        return f"{type(self).__name__}({', '.join(shown)})"

    if not TYPE_CHECKING:  # a type checker sees the themes' classes as bases

        def __getattr__(self, name):
            """A call of a theme that was not needed before."""
            if not name.startswith("_") and getattr(type(self), name, None) is not None:
                return getattr(self, name)
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self
            )

        def __dir__(self):
            self.join()
            return super().__dir__()

    @classmethod
    def join(cls) -> None:
        """Take over the calls of all themes, for whoever wants to see the whole class."""
        for theme in cls.themes:
            _join(cls, theme)


def _join(kind: type[Object], theme: str) -> None:
    """Take over what a theme of a class declares.

    Threads may do so at once: nothing is lost by doing it twice, and a theme counts as taken over
    only when its last call is there.
    """
    from vsh.lookup import load

    module = load(f"{kind.__module__}.{theme}")
    for declaring in vars(module).values():
        if isinstance(declaring, type) and declaring.__module__ == module.__name__:
            for name, value in vars(declaring).items():
                if isinstance(value, Call):
                    setattr(kind, name, value)
    kind.themes = tuple(each for each in kind.themes if each != theme)
