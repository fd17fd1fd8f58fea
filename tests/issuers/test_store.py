"""Each division has at most one stored issuer, which moves with the division's code."""

from sqlalchemy import Engine

from alerting.issuers.store import issuers_over, move_issuer, named_issuers, store_issuer
from alerting.policy.issuer import Issuer
from alerting.policy.policy import parse_policy
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, QIANFO

OWN, OTHER = Issuer(names={"zh": "千佛村"}), Issuer(names={"zh": "邻村"})


def test_issuer_moves_with_its_division_unless_the_new_code_has_one(engine: Engine) -> None:
    with engine.begin() as connection:
        store_issuer(connection, QIANFO, OWN, 1)
        move_issuer(connection, QIANFO, FAR_TOWN)
        assert named_issuers(connection) == {FAR_TOWN: OWN}
        store_issuer(connection, NEXT_VILLAGE, OTHER, 1)
        move_issuer(connection, NEXT_VILLAGE, FAR_TOWN)
        assert named_issuers(connection) == {FAR_TOWN: OWN}


def test_stored_issuers_override_the_policy_file(engine: Engine) -> None:
    rules = parse_policy('[issuer]\nnames = { zh = "县局" }').issuer
    with engine.begin() as connection:
        store_issuer(connection, QIANFO, OWN, 1)
        issuers = issuers_over(connection, rules)
    assert issuers.at(QIANFO).names == {"zh": "千佛村"}
    assert issuers.at(FAR_TOWN).names == {"zh": "县局"}
