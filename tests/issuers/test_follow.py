"""A process applies the issuers that any process stored, over those of its policy file."""

from alerting.issuers.follow import IssuerFollower
from alerting.issuers.store import store_issuer
from alerting.policy.issuer import Issuer
from alerting.policy.policy import parse_policy
from tests.support.city import FAR_TOWN, QIANFO, TOWN
from tests.support.running import Workplace

FILE = parse_policy('[issuer]\nnames = { zh = "县局", en = "County" }')


def store(work: Workplace, division: str, issuer: Issuer, version: int = 1) -> None:
    """Store an issuer as another process does."""
    with work.runtime.database.writer.begin() as connection:
        store_issuer(connection, division, issuer, version)


async def test_stored_issuer_overrides_the_policy_file(work: Workplace) -> None:
    followed = IssuerFollower(work.runtime, FILE)
    store(work, TOWN, Issuer(names={"zh": "镇政府"}))
    await followed.look()
    issuers = work.runtime.policy.issuer
    assert issuers.at(QIANFO).names == {"zh": "镇政府", "en": "County"}
    assert issuers.at(FAR_TOWN).names["zh"] == "县局"
    store(work, TOWN, Issuer(), 2)
    await followed.look()
    assert work.runtime.policy.issuer.at(QIANFO).names["zh"] == "县局"
