"""The issuer of a place and the issuers of its divisions, in the policy."""

import pytest

from alerting.policy.issuer import Issuer, IssuerRules
from alerting.policy.policy import PolicyError, default_policy, parse_policy

TONGJIANG = """
[issuer]
names = { zh = "巴中市应急管理局", en = "Bazhong Emergency" }
signatures = { zh = "巴中应急" }
[issuer.divisions.511921]
names = { zh = "通江县应急管理局" }
signatures = { zh = "通江应急" }
[issuer.divisions.511921100]
names = { en = "Nuojiang Town" }
"""


def test_issuer_is_optional() -> None:
    assert default_policy().issuer.at("511921100208") == Issuer()


@pytest.mark.parametrize(
    ("division", "names", "signature"),
    [
        ("", {"zh": "巴中市应急管理局", "en": "Bazhong Emergency"}, "巴中应急"),
        ("511922", {"zh": "巴中市应急管理局", "en": "Bazhong Emergency"}, "巴中应急"),
        ("511921", {"zh": "通江县应急管理局", "en": "Bazhong Emergency"}, "通江应急"),
        ("511921200", {"zh": "通江县应急管理局", "en": "Bazhong Emergency"}, "通江应急"),
        ("511921100208", {"zh": "通江县应急管理局", "en": "Nuojiang Town"}, "通江应急"),
        ("5119211002080034", {"zh": "通江县应急管理局", "en": "Nuojiang Town"}, "通江应急"),
    ],
)
def test_issuers_name_in_each_language_comes_from_the_nearest_division(
    division: str, names: dict[str, str], signature: str
) -> None:
    issuer = parse_policy(TONGJIANG).issuer.at(division)
    assert issuer == Issuer(names=names, signatures={"zh": signature})


def test_division_with_a_name_does_not_inherit_a_signature() -> None:
    nearer = Issuer(names={"zh": "诺江镇政府"})
    rules = IssuerRules(signatures={"zh": "通江应急"}, divisions={"511921100": nearer})
    assert rules.at("511921100") == nearer


def test_signature_without_a_name_is_also_the_name() -> None:
    signed = IssuerRules(signatures={"zh": "通江应急"}).at("")
    assert signed.names == {"zh": "通江应急"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('names = { zh = "" }', "issuer.names.zh: write a name of 1 to 40 characters"),
        ('names = { zh = "a\\nb" }', "issuer.names.zh: write a name of 1 to 40 characters"),
        ('names = { Chinese = "x" }', "write the code of a language, such as zh"),
        ('signatures = { zh = "【通江应急】" }', "issuer.signatures.zh: write the registered sign"),
        ('divisions.511 = { names = { zh = "x" } }', "'511' is not a division code"),
        ('nmaes = { zh = "x" }', "issuer.nmaes: there is no such key; did you mean names?"),
    ],
)
def test_wrong_issuer_is_refused_with_its_remedy(text: str, problem: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(f"[issuer]\n{text}")
    assert problem in str(refused.value)
