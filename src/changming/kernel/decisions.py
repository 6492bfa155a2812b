"""A decision is a pure function ``decide_x(facts, *, now) -> Decision | Refusal``."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from changming.kernel.errors import ChangmingError


@dataclass(frozen=True, slots=True)
class Refusal:
    """An expected "no": a value, never an exception. ``code`` is an error code; fields are not personal."""

    code: str
    status: int = 409
    fields: Mapping[str, object] = field(default_factory=dict)

    def as_error(self) -> ChangmingError:
        """The refusal as the error that an edge answers with."""
        return ChangmingError(self.code, status=self.status, **self.fields)
