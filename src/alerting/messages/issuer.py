"""How a text names its issuer, and how it says that it is an exercise."""

from typing import NamedTuple

from alerting.cap.alert import Status
from alerting.messages.languages import LANGUAGES
from alerting.policy.issuer import Issuer


class Opening(NamedTuple):
    """What stands before a text's own words."""

    issuer: str
    mark: str
    """The words that mark an exercise or a test; empty in earnest."""
    text: str
    """Both, as a text begins: a carrier's signature must be the very first."""


def issuer_name(issuer: Issuer, language: str) -> str:
    """Return the issuer's name in a language; a generic one if the policy names none."""
    return issuer.names.get(language) or LANGUAGES[language].texts["generic_issuer"]


def opening(issuer: Issuer, language: str, status: Status) -> Opening:
    """Return the beginning of a text in a language of `LANGUAGES`.

    Brackets 【】 hold a signature and nothing else: carriers in mainland China read them as one.
    """
    spoken = LANGUAGES[language]
    name, mark = issuer_name(issuer, language), spoken.prefixes.get(status, "")
    if signature := issuer.signatures.get(language):
        return Opening(name, mark, f"【{signature}】{mark}")
    return Opening(name, mark, mark + spoken.texts["issued"].format(issuer=name))
