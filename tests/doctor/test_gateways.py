"""The doctor checks gateways without sending anything."""

from alerting.config import ProviderSettings
from alerting.doctor.finding import Severity
from alerting.doctor.gateways import gateway_findings
from alerting.doctor.providers import provider_findings
from alerting.policy.policy import parse_policy
from scripts.benches.http_carrier import running_carrier
from scripts.benches.http_dialects import Aliyun, TeleSign


async def test_gateway_that_accepts_a_connection_is_good() -> None:
    async with running_carrier(TeleSign()) as carrier:
        gateway = carrier.dialect.gateway(carrier.url)
        (found,) = await gateway_findings(gateway, TeleSign.secrets)
        assert carrier.taken == []
    assert found.severity is Severity.GOOD
    assert "the gateway telesign at 127.0.0.1:" in found.said


async def test_unreachable_gateway_is_reported() -> None:
    async with running_carrier(TeleSign()) as carrier:
        gateway = carrier.dialect.gateway(carrier.url)
    (found,) = await gateway_findings(gateway, TeleSign.secrets)
    assert found.severity is Severity.FAILURE
    assert "does not let us connect" in found.said


async def test_faulty_key_and_lack_of_calls_are_reported() -> None:
    async with running_carrier(TeleSign()) as carrier:
        settings = ProviderSettings(
            _env_file=None,
            policy=parse_policy(carrier.dialect.policy(carrier.url)),
            secret={"telesign_key": "no base64!"},
        )
        said = [(each.severity, each.said) for each in await provider_findings(settings)]
    assert said[0] == (Severity.FAILURE, "ALERTING_SECRET__TELESIGN_KEY: it is no base64")
    assert "nobody is called by phone" in said[-1][1]


async def test_missing_template_is_reported() -> None:
    async with running_carrier(Aliyun()) as carrier:
        policy = carrier.dialect.policy(carrier.url).replace('kind = "other"', 'kind = "doors"')
        gateway = parse_policy(policy).gateways[0]
        found = await gateway_findings(gateway, Aliyun.secrets)
    assert "nothing for" in found[0].said
    assert found[0].remedy
