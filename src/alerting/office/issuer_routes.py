"""Routes with which administrators name the issuer of their division."""

from typing import Annotated, Final

from fastapi import APIRouter, Request, status
from pydantic import ConfigDict, Field, StringConstraints, ValidationError

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import for_administrators
from alerting.access.scope import office_of
from alerting.database.tables import LARGEST_ID
from alerting.errors import InvalidError
from alerting.issuers.follow import IssuerFollower
from alerting.issuers.store import named_issuer
from alerting.messages.languages import LANGUAGES
from alerting.office.issuer_edit import edit_issuer
from alerting.policy.issuer import Issuer
from contacts.bounds import NO_NUL, Body

router = APIRouter(prefix="/api/office/issuer", tags=["policy"])

_MOST_LANGUAGES: Final = 20

_Language = Annotated[str, StringConstraints(min_length=2, max_length=3)]

_Words = Annotated[str, StringConstraints(max_length=40, strip_whitespace=True, pattern=NO_NUL)]

_Names = Annotated[dict[_Language, _Words], Field(max_length=_MOST_LANGUAGES)]

_CHINESE: Final = {
    "names": "名称要1到40个字，如通江县应急管理局",
    "signatures": "签名要1到20个字，不带【】，如通江应急",
}


class IssuerBody(Body):
    """The issuer named in texts to a division."""

    names: dict[str, str]
    """The name by language; from this division or the nearest one above that has a name."""
    signatures: dict[str, str]
    """The signature that carriers demand, by language."""
    languages: list[str]
    """The languages of texts, each of which needs a name."""
    version: int
    """The version to send with a change; 0 if no administrator has named an issuer."""


class NameIssuerBody(Body):
    """The new issuer of the caller's division."""

    model_config = ConfigDict(extra="forbid")

    names: _Names
    """The name by language; without any name or signature, the policy file's issuer applies."""
    signatures: _Names = Field(default={})
    """The registered signature by language, at most 20 characters, without brackets."""
    version: Annotated[int, Field(ge=0, lt=LARGEST_ID)]
    """The version that the caller saw."""


@router.get("", openapi_extra=for_administrators())
async def get_issuer(caller: Caller, runtime: RuntimeDep) -> IssuerBody:
    """Return the issuer named in texts to the caller's division."""
    division = office_of(caller)
    stored = await runtime.database.read(lambda db: named_issuer(db, division))
    found = runtime.policy.issuer.at(division)
    return IssuerBody(
        names=dict(found.names),
        signatures=dict(found.signatures),
        languages=list(LANGUAGES),
        version=stored.version,
    )


@router.put("", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=for_administrators(409, 422))
async def put_issuer(
    said: NameIssuerBody, request: Request, caller: Caller, runtime: RuntimeDep
) -> None:
    """Name the issuer of the caller's division, from the next alert on.

    The request is refused while an unfinished alert concerns the division, so that all texts of an
    alert name the same issuer.
    """
    office_of(caller)
    await edit_issuer(runtime, caller, _issuer(said), said.version)
    followed: IssuerFollower = request.app.state.issuers
    await followed.look()


def _issuer(said: NameIssuerBody) -> Issuer:
    told = {
        field: {language: words for language, words in each.items() if words}
        for field, each in (("names", said.names), ("signatures", said.signatures))
    }
    for field, each in told.items():
        for language in each:
            if language not in LANGUAGES:
                raise InvalidError(
                    field,
                    f"{language}: write one of {', '.join(LANGUAGES)}",
                    f"{language}：请填其中之一：{'、'.join(LANGUAGES)}",
                )
    try:
        return Issuer.model_validate(told)
    except ValidationError as error:
        (first, *_) = error.errors(include_url=False)
        field = str(first["loc"][0])
        raise InvalidError(field, str(first["ctx"]["error"]), _CHINESE[field]) from error
