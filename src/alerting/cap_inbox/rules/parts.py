"""Elements of a CAP message, checked against the names, order and number of the OASIS schema."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar
from xml.etree.ElementTree import Element

from alerting.cap_inbox.rules.message import Pair
from alerting.cap_inbox.rules.tree import UnreadableError, local_name, namespace_of
from alerting.cap_inbox.rules.values import word

_MOST_LINE: Final = 1_000
"""Maximum characters read of a line; the stored document keeps the rest."""

_Enum = TypeVar("_Enum", bound=StrEnum)

_Value = TypeVar("_Value")


class _Child(NamedTuple):
    name: str
    least: int
    most: int | None


def _one(name: str) -> _Child:
    return _Child(name, 1, 1)


def _optional(name: str) -> _Child:
    return _Child(name, 0, 1)


def _any(name: str) -> _Child:
    return _Child(name, 0, None)


_ALERT: Final = (
    *(_one("identifier"), _one("sender"), _one("sent"), _one("status"), _one("msgType")),
    *(_optional("source"), _one("scope"), _optional("restriction"), _optional("addresses")),
    *(_any("code"), _optional("note"), _optional("references"), _optional("incidents")),
    _any("info"),
)

_INFO: Final = (
    *(_optional("language"), _Child("category", 1, None), _one("event"), _any("responseType")),
    *(_one("urgency"), _one("severity"), _one("certainty"), _optional("audience")),
    *(_any("eventCode"), _optional("effective"), _optional("onset"), _optional("expires")),
    *(_optional("senderName"), _optional("headline"), _optional("description")),
    *(_optional("instruction"), _optional("web"), _optional("contact"), _any("parameter")),
    *(_any("resource"), _any("area")),
)

_AREA: Final = (
    *(_one("areaDesc"), _any("polygon"), _any("circle"), _any("geocode")),
    *(_optional("altitude"), _optional("ceiling")),
)

_RESOURCE: Final = (
    *(_one("resourceDesc"), _optional("mimeType"), _optional("size"), _optional("uri")),
    *(_optional("derefUri"), _optional("digest")),
)

_PAIR: Final = (_one("valueName"), _one("value"))

_WITH_CHILDREN: Final[Mapping[str, Sequence[_Child]]] = {
    "alert": _ALERT,
    "info": _INFO,
    "area": _AREA,
    "resource": _RESOURCE,
    "eventCode": _PAIR,
    "parameter": _PAIR,
    "geocode": _PAIR,
}


class Part:
    """An element with children, checked against the schema; `path` is its place in the document.

    Children of other namespaces are ignored.
    """

    def __init__(self, element: Element, path: str, kind: str = "alert") -> None:
        """Check and collect the children of an element.

        Raises:
            UnreadableError: if a child is unknown, out of order, missing or repeated.
        """
        self._path = path
        self._found: dict[str, list[Element]] = {}
        order = [child.name for child in _WITH_CHILDREN[kind]]
        own, last = namespace_of(element.tag), 0
        for child in element:
            name = local_name(child.tag)
            if namespace_of(child.tag) != own:
                continue
            if name not in order:
                raise UnreadableError(self.at(name[:40]), "there is no such element; leave it out")
            if order.index(name) < last:
                raise UnreadableError(
                    self.at(name), f"it stands after {order[last]}; the order is {', '.join(order)}"
                )
            last = order.index(name)
            self._found.setdefault(name, []).append(child)
        self._check_numbers(_WITH_CHILDREN[kind])

    def _check_numbers(self, children: Sequence[_Child]) -> None:
        for child in children:
            count = len(self._found.get(child.name, ()))
            if count < child.least:
                raise UnreadableError(self.at(child.name), "it is missing; add it")
            if child.most is not None and count > child.most:
                raise UnreadableError(self.at(child.name), f"it occurs {count} times; keep one")

    def at(self, name: str) -> str:
        """Return the path of a child element."""
        return f"{self._path}/{name}"

    def texts(self, name: str) -> list[str]:
        """Return the texts of the children with this name, without surrounding white space."""
        return [_text(each, self.at(name)) for each in self._found.get(name, ())]

    def text(self, name: str) -> str | None:
        """Return the text of the first child with this name, or None if there is none."""
        return next(iter(self.texts(name)), None)

    def line(self, name: str) -> str:
        """Return the text of a child as one line, or '' if there is no such child."""
        return " ".join((self.text(name) or "").split())[:_MOST_LINE]

    def filled(self, name: str) -> str:
        """Return the text of a child as one line.

        Raises:
            UnreadableError: if the text is empty.
        """
        found = self.line(name)
        if not found:
            raise UnreadableError(self.at(name), "it is empty; fill it in")
        return found

    def value(self, name: str, read: Callable[[str, str], _Value]) -> _Value:
        """Return the value that `read` parses from the text and path of a child."""
        return read(self.text(name) or "", self.at(name))

    def word(self, name: str, words: type[_Enum]) -> _Enum:
        """Return the text of a child as a member of the enumeration `words`."""
        return word(self.text(name) or "", self.at(name), words)

    def words(self, name: str, words: type[_Enum]) -> list[_Enum]:
        """Return the texts of the children with this name as members of `words`."""
        return [word(each, self.at(name), words) for each in self.texts(name)]

    def parts(self, name: str) -> "list[Part]":
        """Return the children with this name as parts, because they have children themselves."""
        found = self._found.get(name, ())
        return [
            Part(each, f"{self.at(name)}[{number}]" if len(found) > 1 else self.at(name), name)
            for number, each in enumerate(found, start=1)
        ]

    def pairs(self, name: str) -> tuple[Pair, ...]:
        """Return the (valueName, value) pairs of the children with this name."""
        return tuple((each.line("valueName"), each.line("value")) for each in self.parts(name))


def _text(element: Element, path: str) -> str:
    if len(element):
        raise UnreadableError(path, "it contains elements; write only text")
    return (element.text or "").strip()
