"""Parse the TwiML verbs that the service uses in calls and answers; ignore all others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

_SECONDS_PER_CHARACTER: Final = 0.2  # Chinese; English takes less, but texts are short


@dataclass(frozen=True)
class Wait:
    """Speech or a pause, with its length in story seconds."""

    seconds: float


@dataclass(frozen=True)
class Gather:
    """A question that people answer by keys; `prompt` is its length in story seconds."""

    action: str
    digits: int | None
    timeout: float
    prompt: float
    report_silence: bool


@dataclass(frozen=True)
class Redirect:
    """Continue with the script at this URL."""

    url: str


@dataclass(frozen=True)
class Hangup:
    """End the call."""


Verb = Wait | Gather | Redirect | Hangup


def _root(document: str) -> ElementTree.Element:
    # The XML is trusted, because the service under drill on this machine wrote it.
    return ElementTree.fromstring(document)  # noqa: S314


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).strip()


def _say(element: ElementTree.Element) -> Wait:
    loops = int(element.get("loop", "1"))
    return Wait(len(_text(element)) * _SECONDS_PER_CHARACTER * loops)


def _pause(element: ElementTree.Element) -> Wait:
    return Wait(float(element.get("length", "1")))


def _gather(element: ElementTree.Element) -> Gather:
    digits = element.get("numDigits")
    spoken = [_VERBS[child.tag](child) for child in element if child.tag in {"Say", "Pause"}]
    return Gather(
        action=element.get("action", ""),
        digits=None if digits is None else int(digits),
        timeout=float(element.get("timeout", "5")),
        prompt=sum(each.seconds for each in spoken if isinstance(each, Wait)),
        report_silence=element.get("actionOnEmptyResult") == "true",
    )


_VERBS: Final[dict[str, Callable[[ElementTree.Element], Verb]]] = {
    "Say": _say,
    "Pause": _pause,
    "Gather": _gather,
    "Redirect": lambda element: Redirect(_text(element)),
    "Hangup": lambda _element: Hangup(),
}


def parse_verbs(document: str) -> list[Verb]:
    """Return the verbs of a call's script, in order.

    Raises:
        ElementTree.ParseError: if the document is not XML.
    """
    return [_VERBS[child.tag](child) for child in _root(document) if child.tag in _VERBS]


def parse_messages(document: str) -> list[str]:
    """Return the texts in the service's answer to an inbound text.

    Raises:
        ElementTree.ParseError: if the document is not XML.
    """
    if not document.strip():
        return []
    return [_text(each) for each in _root(document) if each.tag == "Message"]
