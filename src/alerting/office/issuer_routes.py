"""Routes by which administrators name the issuer of their division."""

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
    """The issuer that texts to a division name."""

    names: dict[str, str]
    """The name by language, of this division or of the nearest above that has one."""
    signatures: dict[str, str]
    """The signature that a carrier demands, by language."""
    languages: list[str]
    """The languages in which the service writes, each of which wants a name."""
    version: int
    """The version to name in a change; 0: the policy file's names, or none."""


class NameIssuerBody(Body):
    """The new issuer of the caller's division."""

    model_config = ConfigDict(extra="forbid")

    names: _Names
    """The name by language; without any name and signature the policy file's are in force."""
    signatures: _Names = Field(default={})
    """The registered signature by language, of at most 20 characters, without its brackets."""
    version: Annotated[int, Field(ge=0, lt=LARGEST_ID)]
    """The version that was seen."""


@router.get("", openapi_extra=for_administrators())
async def get_issuer(caller: Caller, runtime: RuntimeDep) -> IssuerBody:
    """Return the issuer that the texts of the caller's division name."""
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
    """Name the issuer of the caller's division; the next alert's texts name it.

    It is refused while an alert that concerns the division is not over, so that all its texts name
    one issuer.
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
