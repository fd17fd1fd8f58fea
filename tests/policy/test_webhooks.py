"""Webhooks in the policy: defaults, and mistakes with their remedies."""

import pytest

from alerting.policy.policy import PolicyError, parse_policy

ONE = '[[webhooks]]\nname = "office"\nurl = "https://a.example/h"\nsecret = "key"\n'


def test_webhook_gets_shown_kinds_of_all_divisions_without_personal_data() -> None:
    (webhook,) = parse_policy(ONE).webhooks
    assert (webhook.kinds, webhook.division, webhook.personal) == ((), None, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ONE + ONE, "office: give each webhook a name of its own"),
        (ONE.replace("https", "http"), "write https://"),
        (ONE + 'kinds = ["Alert raised"]\n', "kinds"),
        (ONE + 'division = "12345"\n', "division"),
        (ONE + "personal = 1\n", "write true or false"),
        (ONE.replace('"office"', '"twilio"'), "twilio and smpp are taken"),
        (ONE.replace("secret", "key"), "there is no such key"),
    ],
)
def test_wrong_webhook_is_refused(text: str, said: str) -> None:
    with pytest.raises(PolicyError, match="webhooks") as refused:
        parse_policy(text)
    assert said in str(refused.value)
