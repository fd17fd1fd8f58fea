"""The deployed service posts to webhooks, and administrators see their state."""

import pytest
from sqlalchemy import insert, select

from alerting.policy.policy import parse_policy
from alerting.webhooks.tables import dead_letters
from tests.support.city import NOW, QIANFO
from tests.support.gateway import Gateway
from tests.support.receiver import SECRET, receiving
from tests.support.running import running_service

POLICY = """
[[webhooks]]
name = "office"
url = "{url}"
secret = "hook"
kinds = ["alert.*"]
"""


pytestmark = pytest.mark.sends


async def test_service_posts_to_a_webhook_and_shows_its_state(
    database_url: str, gateway: Gateway
) -> None:
    async with receiving() as receiver:
        policy = parse_policy(POLICY.format(url=receiver.url))
        given = {"policy": policy, "secret": {"hook": SECRET}}
        async with running_service(database_url, gateway, **given) as service:
            refused, _ = await service.get("/api/webhooks", "commander")
            raised = await service.raised("commander", QIANFO)
            await receiver.until(messages=1)
            status, (shown,) = await service.get("/api/webhooks", "administrator")
            assert status == 200
            assert {name: shown[name] for name in ("name", "kinds", "problem", "failures")} == {
                "name": "office",
                "kinds": ["alert.*"],
                "problem": "",
                "failures": 0,
            }
            assert SECRET not in repr(shown)
            letter = {"name": "office", "alert": raised["id"], "seq": 1, "at": NOW, "problem": "x"}
            await service.change(insert(dead_letters).values(letter))
            letters = await service.get("/api/webhooks/office/dead-letters", "administrator")
            missing, _ = await service.get("/api/webhooks/other/dead-letters", "administrator")
            path = "/api/webhooks/{}/dead-letters/send-again"
            answers = [
                (await service.post(path.format(name), caller))[0]
                for name, caller in (
                    ("office", "commander"),
                    ("other", "administrator"),
                    ("office", "administrator"),
                )
            ]
            await receiver.until(messages=2)
            await service.until(select(dead_letters), lambda rows: not rows)
    message, again = receiver.messages
    assert again["id"] == message["id"]
    assert answers == [403, 404, 202]
    assert message["type"] == "alert.raised"
    assert message["data"]["identifier"] == raised["identifier"]
    assert letters[0] == 200
    assert letters[1]["dead_letters"][0]["problem"] == "x"
    assert (refused, missing) == (403, 404)
