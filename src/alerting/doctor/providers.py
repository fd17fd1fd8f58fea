"""Check that the providers of texts and calls answer and accept the account; send no message."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from twilio.base.exceptions import TwilioRestException
from twilio.http.response import Response
from twilio.rest import Client

from alerting import extras
from alerting.channels.twilio.client import FAILURES, TwilioHttpClient
from alerting.config import ProviderSettings, TwilioAccount
from alerting.deliveries.rules.providers import SMPP, TWILIO
from alerting.doctor.finding import Finding, Part, as_warnings, failure, good, has_failed, warning
from alerting.doctor.gateways import gateway_findings
from alerting.doctor.machine import clock_found, date_of, offset_from
from alerting.doctor.work_groups import group_findings
from alerting.extras import note_missing, require
from alerting.runtime import wall_clock

try:
    # The SMPP library is an optional extra, which an office that only uses Twilio need not install.
    from alerting.doctor.smpp import bind_and_unbind
except ModuleNotFoundError as missing:
    note_missing(missing, extras.SMPP)

_ANSWER_SECONDS: Final = 10.0

_ACTIVE: Final = "active"

_TRIAL: Final = "Trial"

_UNAUTHORIZED, _NOT_FOUND = 401, 404


class _DatedClient(TwilioHttpClient):
    """Twilio client that computes this clock's offset from the Date header of the last answer."""

    offset: timedelta | None = None

    async def request(self, *arguments: object, **named: object) -> Response:
        before = wall_clock()
        answer = await super().request(*arguments, **named)  # type: ignore[arg-type] # the SDK's
        if dated := date_of(answer.headers.get("Date", "")):
            self.offset = offset_from(before, dated, wall_clock())
        return answer


async def provider_findings(settings: ProviderSettings) -> list[Finding]:
    """Check every configured provider; turn failures into warnings if another provider works."""
    asked = await findings_by_provider(settings)
    found = judged_together([*asked.values()])
    if asked and settings.twilio is None:
        found.append(
            warning(
                Part.PROVIDERS,
                "nobody is called by phone, because SMS centres and gateways only take texts; door "
                "tasks start when the calls would",
                "set the ALERTING_TWILIO_* variables too if people should be called",
            )
        )
    return found + await group_findings(settings.work_groups)


async def findings_by_provider(settings: ProviderSettings) -> dict[str, list[Finding]]:
    """Check every configured provider separately; return the findings by provider name."""
    asked: dict[str, list[Finding]] = {}
    if account := settings.twilio:
        asked[TWILIO] = await twilio_findings(account)
    if centre := settings.sms_centre:
        require(extras.SMPP, "ALERTING_SMPP_URL")
        asked[SMPP] = [await bind_and_unbind(centre)]
    for gateway in settings.gateways:
        asked[gateway.name] = await gateway_findings(gateway, settings.secrets)
    return asked


def judged_together(asked: Sequence[Sequence[Finding]]) -> list[Finding]:
    """Return all providers' findings; turn failures into warnings if any provider has none."""
    can_send = not all(map(has_failed, asked))
    return [each for found in asked for each in (as_warnings(found) if can_send else found)]


async def twilio_findings(account: TwilioAccount) -> list[Finding]:
    """Fetch the account from Twilio, and compare this clock with Twilio's."""
    http = _DatedClient(1, timedelta(seconds=_ANSWER_SECONDS))
    client = Client(account.sid, account.token, http_client=http)
    client.api.base_url = account.base_url
    try:
        fetched = await client.api.v2010.accounts(account.sid).fetch_async()
        found = [account_found(fetched.status, fetched.type, account.base_url)]
    except FAILURES as refused:
        found = [_refusal(refused, account.base_url)]
    finally:
        await http.close()
    if http.offset is not None:
        found.append(clock_found("Twilio", http.offset))
    return found


def account_found(status: str, kind: str, base_url: str) -> Finding:
    """Return a finding that says whether an account with this status and type can send."""
    said = f"Twilio at {base_url} knows the account"
    if status != _ACTIVE:
        return failure(
            Part.PROVIDERS,
            f"{said}, which is {status}",
            "have it activated in Twilio's console",
            f"Twilio账户状态为{status}：请在Twilio控制台启用",
        )
    if kind == _TRIAL:
        return warning(
            Part.PROVIDERS,
            f"{said}, a trial account, which can only text verified numbers",
            "upgrade it in Twilio's console",
            "Twilio账户是试用的，只能发给验证过的号码：请在Twilio控制台升级",
        )
    return good(Part.PROVIDERS, f"{said}, which is active", "Twilio账户正常")


def _refusal(refused: BaseException, base_url: str) -> Finding:
    if not isinstance(refused, TwilioRestException):
        return failure(
            Part.PROVIDERS,
            f"Twilio does not answer at {base_url}: {str(refused) or type(refused).__name__}",
            "check the network, a firewall, and ALERTING_TWILIO_BASE_URL if it is set",
            f"Twilio（{base_url}）没有应答：请检查网络、防火墙和ALERTING_TWILIO_BASE_URL",
        )
    if refused.status == _UNAUTHORIZED:
        return failure(
            Part.PROVIDERS,
            "Twilio refuses the credentials",
            "copy ALERTING_TWILIO_ACCOUNT_SID and _AUTH_TOKEN from Twilio's console",
            "Twilio不认账号或口令：请从Twilio控制台重新抄写ALERTING_TWILIO_ACCOUNT_SID和_AUTH_TOKEN",
        )
    if refused.status == _NOT_FOUND:
        return failure(
            Part.PROVIDERS,
            "Twilio does not know the account",
            "copy ALERTING_TWILIO_ACCOUNT_SID from Twilio's console",
            "Twilio没有这个账户：请从Twilio控制台重新抄写ALERTING_TWILIO_ACCOUNT_SID",
        )
    return failure(
        Part.PROVIDERS,
        f"Twilio answers HTTP {refused.status}: {refused.msg}",
        "look at Twilio's status page, and try again",
        f"Twilio应答HTTP {refused.status}：请看它的状态页，稍后再试",
    )
