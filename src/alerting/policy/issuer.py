"""The issuer of alerts, which is the authority named in every text, call and page."""

import re
from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator

from alerting.policy.sections import _Section
from contacts.division import DivisionCode, ancestors

_MOST_NAME: Final = 40

_MOST_SIGNATURE: Final = 20

_LANGUAGE: Final = re.compile("[a-z]{2,3}")


def _language(code: str) -> str:
    if not _LANGUAGE.fullmatch(code):
        raise ValueError("write the code of a language, such as zh")
    return code


def _name(text: str) -> str:
    if not 0 < len(text.strip()) <= _MOST_NAME or not text.isprintable():
        raise ValueError(f"write a name of 1 to {_MOST_NAME} characters, such as 通江县应急管理局")
    return text.strip()


def _signature(text: str) -> str:
    if not 0 < len(text) <= _MOST_SIGNATURE or not text.isprintable() or set(text) & set("【】"):
        raise ValueError(
            f"write the registered signature, of 1 to {_MOST_SIGNATURE} characters and without "
            "its brackets, such as 通江应急"
        )
    return text


_Language = Annotated[str, AfterValidator(_language)]


class Issuer(_Section):
    """The names of one issuer, by language."""

    names: Mapping[_Language, Annotated[str, AfterValidator(_name)]] = {}
    signatures: Mapping[_Language, Annotated[str, AfterValidator(_signature)]] = {}
    """Signatures that carriers demand, by language; texts begin with these instead of the name."""


class IssuerRules(Issuer):
    """The issuer of the whole place, and the issuers of divisions that warn in their own name."""

    divisions: Mapping[DivisionCode, Issuer] = {}

    def at(self, division: str) -> Issuer:
        """Return the issuer for recipients in a division; `division` may be empty.

        The issuer is looked up for each language: first in the division, then in each one above,
        until one has a name or a signature in this language.
        """
        return _nearest(tuple(self._named(division)))

    def with_named_issuers(self, named: Mapping[str, Issuer]) -> "IssuerRules":
        """Return these rules, overridden by the named issuers, given by division.

        A named issuer without any name overrides nothing.
        """
        told = {code: each for code, each in named.items() if each.names or each.signatures}
        return self.model_copy(update={"divisions": {**self.divisions, **told}})

    def _named(self, division: str) -> list[Issuer]:
        above = (division, *ancestors(division)) if division and self.divisions else ()
        return [*(self.divisions[code] for code in above if code in self.divisions), self]


def _nearest(nearest_first: tuple[Issuer, ...]) -> Issuer:
    names: dict[str, str] = {}
    signatures: dict[str, str] = {}
    for issuer in nearest_first:
        for language in (issuer.names.keys() | issuer.signatures.keys()) - names.keys():
            signature = issuer.signatures.get(language)
            names[language] = issuer.names.get(language) or signature or ""
            if signature:
                signatures[language] = signature
    return Issuer(names=names, signatures=signatures)
