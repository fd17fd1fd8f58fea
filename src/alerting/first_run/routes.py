"""Routes of the first run: see whether it is open, set up the service, correct the division."""

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response, status
from pydantic import AfterValidator, ConfigDict, StringConstraints

from alerting.access.browser import give_cookie
from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import OPEN, REFUSALS, for_administrators
from alerting.errors import ConflictError, ForbiddenError, InvalidError
from alerting.first_run.found import Founding, correct_home, found_service
from alerting.first_run.gate import FirstRunGate
from alerting.messages.languages import LANGUAGES
from alerting.runtime import wall_clock
from contacts.bounds import Body, Name
from contacts.division import DivisionCode
from contacts.people import parse_phone
from contacts.sign_in.typed_codes import CODE_LENGTH

router = APIRouter(prefix="/api/setup", tags=["first run"])

_Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(parse_phone)]

_REFUSED: Final = (
    "the code is wrong, or there were too many wrong tries: copy it from the service's log, or "
    "restart the service to get a new one"
)

_REFUSED_IN_CHINESE: Final = "代码不对，或试的次数太多：请看服务日志里的代码；重启服务会另给一个"


class FirstRunBody(Body):
    """Whether the service waits for its first administrator."""

    is_open: bool
    """True while the service has no officer."""
    needs_code: bool
    """True if this browser must give the one-time code from the service's log."""


class FoundingBody(Body):
    """The first administrator, and the division that the service is for."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    """The administrator's name."""
    phone: _Phone
    """The administrator's phone, to which sign-in links are texted."""
    language: Annotated[str, StringConstraints(min_length=2, max_length=3)]
    """The language of texts to the administrator, such as `en`."""
    division: DivisionCode
    """The code of the home division; the code's length determines its tier."""
    division_name: Name
    """The home division's name."""
    code: Annotated[str, StringConstraints(max_length=2 * CODE_LENGTH)] = ""
    """The one-time code, if `needs_code` is true."""


class HomeBody(Body):
    """The corrected home division."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The new code; its length determines the tier."""
    division_name: Name
    """The new name."""


@router.get("", openapi_extra=OPEN)
async def get_first_run(request: Request) -> FirstRunBody:
    """Return whether the service waits for its first administrator."""
    gate = _gate(request)
    return FirstRunBody(is_open=await gate.is_open(), needs_code=gate.needs_code(request))


@router.post(
    "",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=OPEN | {REFUSALS: [403, 409]},
)
async def found(
    said: FoundingBody, request: Request, answer: Response, runtime: RuntimeDep
) -> None:
    """Set up the service: store its first administrator, and sign this browser in."""
    gate = _gate(request)
    if not await gate.is_open():
        raise ConflictError("the service has officers: sign in", chinese="已有责任人：请登录")
    if not gate.admits(request, said.code):
        raise ForbiddenError(_REFUSED, _REFUSED_IN_CHINESE)
    if said.language not in LANGUAGES:
        raise InvalidError(
            "language",
            f"write one of {', '.join(LANGUAGES)}",
            f"请填其中之一：{'、'.join(LANGUAGES)}",
        )
    founding = Founding(**said.model_dump(exclude={"code"}))
    now, device = wall_clock(), request.headers.get("user-agent", "")
    token = await runtime.ledger.write(
        lambda tx: found_service(tx.connection, founding, now, device), own_transaction=True
    )
    give_cookie(answer, request, token)


@router.put(
    "/home",
    status_code=status.HTTP_204_NO_CONTENT,
    openapi_extra=for_administrators(409),
)
async def put_home(said: HomeBody, caller: Caller, runtime: RuntimeDep) -> None:
    """Correct the home division while the service has only officers; they move to the new code."""
    now = wall_clock()
    await runtime.ledger.write(
        lambda tx: correct_home(tx.connection, caller, said.division, said.division_name, now),
        own_transaction=True,
    )


def _gate(request: Request) -> FirstRunGate:
    gate: FirstRunGate = request.app.state.first_run
    return gate
