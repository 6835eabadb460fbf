"""Facts: what happened, recorded by verbs and carried out after the commit."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from pydantic import TypeAdapter


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened; subclasses are in their noun's module and named in the past tense.

    Attributes:
        audience: the people whose live inbox tells it.
    """

    kinds: ClassVar[dict[str, type["Fact"]]] = {}

    audience: tuple[UUID, ...] = field(default=(), repr=False)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Fact.kinds[cls.__name__] = cls

    @property
    def kind(self) -> str:
        """The stable name of the fact."""
        return type(self).__name__

    def body(self) -> dict[str, Any]:
        """Its particulars as JSON, without the audience: who else is told is nobody's business."""
        adapter = _adapter(type(self))
        body: dict[str, Any] = adapter.dump_python(self, mode="json", exclude={"audience"})
        return body

    @classmethod
    def from_body(cls, kind: str, body: dict[str, Any]) -> "Fact":
        """Give back a fact as it was recorded, without its audience.

        Raises:
            KeyError: there is no such kind.
            pydantic.ValidationError: the body is not of this kind.
        """
        fact: Fact = _adapter(cls.kinds[kind]).validate_python(body)
        return fact


_adapters: dict[str, TypeAdapter[Any]] = {}


def _adapter(kind: type[Fact]) -> TypeAdapter[Any]:
    if kind.__name__ not in _adapters:
        _adapters[kind.__name__] = TypeAdapter(kind)
    return _adapters[kind.__name__]
