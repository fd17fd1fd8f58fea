"""Check that an SMS centre accepts the account, by a bind and an unbind."""

import asyncio
from typing import Final

from smpplib import consts

from alerting.channels.smpp.pdu import Pdu
from alerting.channels.smpp.session import (
    Login,
    NotSentError,
    RefusedError,
    UnansweredError,
    bound,
)
from alerting.config import SmsCentre
from alerting.doctor.finding import Finding, Part, failure, good, warning

_CREDENTIALS: Final = frozenset(
    {consts.SMPP_ESME_RINVPASWD, consts.SMPP_ESME_RINVSYSID, consts.SMPP_ESME_RBINDFAIL}
)

_ANSWER_SECONDS: Final = 10.0


async def bind_and_unbind(centre: SmsCentre) -> Finding:
    """Bind to the SMS centre as the service does, unbind, and return the finding."""
    where = f"the SMS centre {centre.host}:{centre.port}"
    login = Login(
        *(centre.host, centre.port, centre.system_id, centre.password),
        answer_seconds=_ANSWER_SECONDS,
    )
    try:
        async with bound(login, _leave_to_the_service) as (session, _):
            await session.unbind()
    except RefusedError as refused:
        return _refusal(where, refused.status)
    except (UnansweredError, NotSentError, OSError) as failed:
        return failure(
            Part.PROVIDERS,
            f"{where} does not answer: {str(failed) or type(failed).__name__}",
            "check ALERTING_SMPP_URL and the network; ask if the operator admits this address",
            f"短信中心{centre.host}:{centre.port}没有应答：请检查ALERTING_SMPP_URL、网络，"
            "以及运营商是否放行本机",
        )
    return good(
        Part.PROVIDERS, f"{where} lets us in", f"短信中心{centre.host}:{centre.port}已登录成功"
    )


def _refusal(where: str, status: int) -> Finding:
    if status in _CREDENTIALS:
        return failure(
            Part.PROVIDERS,
            f"{where} refuses the credentials",
            "correct the system id and the password in ALERTING_SMPP_URL",
            "短信中心不认账号或口令：请改正ALERTING_SMPP_URL",
        )
    if status == consts.SMPP_ESME_RALYBND:
        return warning(
            Part.PROVIDERS,
            f"{where} says that the account is bound already",
            "ignore this if the service is running; otherwise ask the operator who is bound",
            "短信中心说账号已登录：服务正在运行就不用管，否则请问运营商是谁登录着",
        )
    return failure(
        Part.PROVIDERS,
        f"{where} refuses to bind: command_status {status:#x}",
        "ask the operator",
        f"短信中心拒绝登录（command_status {status:#x}）：请问运营商",
    )


async def _leave_to_the_service(_brought: Pdu) -> None:
    """Never answer an incoming message, so that the centre delivers it again to the service."""
    await asyncio.Event().wait()
