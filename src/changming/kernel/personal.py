"""Personal data travels boxed from the edge to the vault; its ``repr`` shows nothing."""

from typing import Any, Final, NoReturn

SHOWN: Final = "<personal>"


class Personal:
    """A text about a person. ``str``, ``repr`` and formatting show nothing, pickling refuses; ``reveal`` opens it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself. Call it only to seal it or to show it to somebody who may see it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Personal) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("personal", self._value))

    def __repr__(self) -> str:
        return SHOWN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return SHOWN

    def __reduce_ex__(self, protocol: Any) -> NoReturn:  # noqa: ANN401 - the signature of the pickle protocol
        raise TypeError("personal data is not pickled; seal it in the vault")
