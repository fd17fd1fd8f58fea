"""Who calls: only whoever holds a valid token."""

from datetime import timedelta

from alerting.clock import wall_clock
from contacts.tokens import issue_token, revoke_tokens
from tests.running import Running


async def status_for(service: Running, authorization: str) -> int:
    async with service.session.get(
        f"{service.url}/api/alerts", headers={"Authorization": authorization}
    ) as answer:
        if answer.status == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert "alerting officers token" in await answer.text()
        return answer.status


async def test_only_a_valid_bearer_token_opens_the_door(service: Running) -> None:
    token = service.tokens["grid"]
    for authorization, status in [
        (f"Bearer {token}", 200),
        (f"bearer  {token} ", 200),
        ("", 401),
        (token, 401),
        (f"Basic {token}", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (f"Bearer {token}x", 401),
        (f"Bearer {token[:-1]}", 401),
    ]:
        assert await status_for(service, authorization) == status, authorization


async def test_what_has_expired_or_was_revoked_is_nobodys(service: Running) -> None:
    long_ago = wall_clock() - timedelta(days=2)
    old = await service.desk.ledger.write(
        lambda tx: issue_token(tx.connection, "grid", long_ago, timedelta(days=1))
    )
    assert await status_for(service, f"Bearer {old}") == 401
    assert await status_for(service, f"Bearer {service.tokens['grid']}") == 200
    await service.desk.ledger.write(lambda tx: revoke_tokens(tx.connection, "grid", wall_clock()))
    assert await status_for(service, f"Bearer {service.tokens['grid']}") == 401
    assert await status_for(service, f"Bearer {service.tokens['commander']}") == 200
