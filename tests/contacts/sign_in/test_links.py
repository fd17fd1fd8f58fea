"""Sign-in links: redeemed once, valid for 10 minutes, texted once."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Connection, select

from alerting.database.engine import writer_engine
from contacts.sign_in.credentials import hash_of
from contacts.sign_in.links import (
    LINK_LASTS,
    MOST_WRONG,
    Queueing,
    Wish,
    anything_unsent,
    ask_again,
    find_link,
    issue_link,
    local_path,
    note_wrong_code,
    queue_link,
    redeem_link,
    revoke_links,
    take_unsent,
)
from contacts.sign_in.sessions import sessions_of, signed_in_by
from contacts.tables import OFFICER_SESSIONS, SIGN_IN_LINKS
from tests.support.city import OFFICER_IDS, found_city

NOW = datetime(2022, 8, 29, 4, 30, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
PHONE = "+8610000000104"
BROWSER = hash_of("browser")
WISH = Wish(PHONE, "zh", BROWSER)


def redeemed(conn: Connection, token: str, now: datetime = NOW) -> bool:
    return redeem_link(conn, token, now, "") is not None


def test_link_is_redeemed_once_for_a_session(city: Connection) -> None:
    token = issue_link(city, "chief", NOW, "/board/3")
    waiting = find_link(city, token, NOW)
    assert waiting
    assert waiting.officer.id == "chief"
    got = redeem_link(city, token, NOW + MINUTE, "Browser 1")
    assert got
    assert (got.officer, got.path) == ("chief", "/board/3")
    hash_ = hash_of(got.token)
    found = signed_in_by(city, [hash_], NOW + MINUTE)[hash_]
    assert (found.officer.id, found.session.device) == ("chief", "Browser 1")
    assert found.session.begun_at == NOW + MINUTE
    assert find_link(city, token, NOW + MINUTE) is None
    assert not redeemed(city, token)
    assert len(sessions_of(city, "chief", NOW)) == 1


def test_only_the_hash_of_a_shown_link_is_stored(city: Connection) -> None:
    token = issue_link(city, "chief", NOW)
    row = city.execute(select(SIGN_IN_LINKS)).mappings().one()
    assert row["hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in map(str, row.values())
    assert not redeemed(city, row["hash"])
    assert not anything_unsent(city)


def test_reading_a_link_does_not_redeem_it(city: Connection) -> None:
    token = issue_link(city, "chief", NOW)
    assert all(find_link(city, token, NOW) for _ in range(3))
    assert redeemed(city, token)


@pytest.mark.parametrize("token", ["", "x", "密"])
def test_unknown_link_has_no_officer(city: Connection, token: str) -> None:
    issue_link(city, "chief", NOW)
    assert find_link(city, token, NOW) is None
    assert not redeemed(city, token)


def test_link_expires_after_10_minutes(city: Connection) -> None:
    tokens = [issue_link(city, "chief", NOW) for _ in range(2)]
    last = NOW + timedelta(minutes=10) - INSTANT
    assert find_link(city, tokens[0], last)
    assert redeemed(city, tokens[0], last)
    assert find_link(city, tokens[1], last + INSTANT) is None
    assert not redeemed(city, tokens[1], last + INSTANT)


def test_all_usable_links_of_one_officer_are_revoked(city: Connection) -> None:
    issue_link(city, "chief", NOW - LINK_LASTS - MINUTE)
    used, *revoked = (issue_link(city, "chief", NOW - MINUTE) for _ in range(3))
    kept = issue_link(city, "zero", NOW)
    assert redeemed(city, used)
    queue_link(city, "chief", WISH, NOW)
    assert revoke_links(city, "chief", NOW) == 3
    assert [redeemed(city, token) for token in (*revoked, kept)] == [False, False, True]
    assert take_unsent(city, 10, NOW) == []
    assert revoke_links(city, "chief", NOW) == 0


def test_link_is_texted_once_and_its_token_deleted(city: Connection) -> None:
    assert queue_link(city, "chief", Wish(PHONE, "en", BROWSER, "/doors"), NOW) is Queueing.QUEUED
    assert anything_unsent(city)
    (taken,) = take_unsent(city, 10, NOW + MINUTE)
    assert (taken.officer, taken.number, taken.language) == ("chief", PHONE, "en")
    assert taken.expires_at == NOW + LINK_LASTS
    assert taken.token not in map(str, city.execute(select(SIGN_IN_LINKS)).one())
    assert not anything_unsent(city)
    assert take_unsent(city, 10, NOW + MINUTE) == []
    got = redeem_link(city, taken.token, NOW + MINUTE, "")
    assert got
    assert got.path == "/doors"


def test_oldest_links_are_texted_first_and_expired_ones_never(city: Connection) -> None:
    for minutes, officer in ((20, "far"), (3, "zero"), (2, "first"), (1, "chief")):
        queue_link(city, officer, WISH, NOW - minutes * MINUTE)
    taken = take_unsent(city, 2, NOW), take_unsent(city, 2, NOW), take_unsent(city, 2, NOW)
    assert [[link.officer for link in links] for links in taken] == [
        ["zero"],
        ["first", "chief"],
        [],
    ]


def test_officer_is_texted_at_most_once_a_minute(city: Connection) -> None:
    issue_link(city, "chief", NOW)
    asked = [
        (officer, queue_link(city, officer, WISH, NOW + after))
        for officer, after in (
            ("chief", timedelta(0)),
            ("chief", INSTANT),
            ("chief", MINUTE - INSTANT),
            ("zero", MINUTE - INSTANT),
            ("chief", MINUTE),
        )
    ]
    queued, soon = Queueing.QUEUED, Queueing.TOO_SOON
    assert [answer for _, answer in asked] == [queued, soon, soon, queued, queued]
    assert len(take_unsent(city, 10, NOW + MINUTE)) == 3


def test_wait_between_texted_links_grows_to_10_minutes(city: Connection) -> None:
    asked = [queue_link(city, "chief", WISH, NOW + n * MINUTE) for n in range(120)]
    texted = [minute for minute, answer in enumerate(asked) if answer is Queueing.QUEUED]
    assert texted[:6] == [0, 1, 3, 7, 15, 25]
    assert len(texted) <= 15
    assert max(late - early for early, late in pairwise(texted)) <= 10
    (token,) = (link.token for link in take_unsent(city, 20, NOW + 119 * MINUTE))
    assert redeem_link(city, token, NOW + 119 * MINUTE, "") is not None
    late = [queue_link(city, "zero", WISH, NOW + n * MINUTE) for n in range(2)]
    assert late == [Queueing.QUEUED] * 2


def test_old_links_are_deleted(city: Connection) -> None:
    for minute in range(0, 180, 15):
        queue_link(city, "chief", WISH, NOW + minute * MINUTE)
    assert len(city.execute(select(SIGN_IN_LINKS)).all()) == 4


@pytest.mark.parametrize("path", ["/", "/board/3", "/doors?a=1#b", "/" + "x" * 499])
def test_local_paths_are_accepted(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "", "board", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "https://evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: b=c", "/告", "/a b",
        "/a\n", "/" + "x" * 500,
    ],
)  # fmt: skip
def test_paths_to_other_hosts_are_refused(city: Connection, path: str) -> None:
    with pytest.raises(ValueError, match="is not a path on this service"):
        issue_link(city, "chief", NOW, path)
    assert city.execute(select(SIGN_IN_LINKS)).all() == []


def test_link_for_an_unknown_officer_is_refused(city: Connection) -> None:
    with pytest.raises(ValueError, match="'nobody' is not a known officer"):
        issue_link(city, "nobody", NOW)


@pytest.mark.both_databases
def test_concurrent_redemptions_have_one_winner(database_url: str) -> None:
    engine = writer_engine(database_url)
    with engine.begin() as connection:
        found_city(connection)
        token = issue_link(connection, "grid", NOW)

    def press(_: int) -> bool:
        with engine.begin() as connection:
            return redeemed(connection, token)

    with ThreadPoolExecutor(5) as browsers:
        assert sum(browsers.map(press, range(10))) == 1
    with engine.begin() as connection:
        assert len(connection.execute(select(OFFICER_SESSIONS)).all()) == 1
    engine.dispose()


@pytest.mark.both_databases
def test_concurrent_requests_queue_one_link(database_url: str) -> None:
    engine = writer_engine(database_url)
    with engine.begin() as connection:
        found_city(connection)

    def ask(_: int) -> Queueing:
        with engine.begin() as connection:
            return queue_link(connection, "grid", WISH, NOW)

    with ThreadPoolExecutor(5) as several:
        assert list(several.map(ask, range(10))).count(Queueing.QUEUED) == 1
    engine.dispose()


@pytest.mark.both_databases
def test_concurrent_senders_take_disjoint_links(database_url: str) -> None:
    engine = writer_engine(database_url)
    with engine.begin() as connection:
        found_city(connection)
        for officer in OFFICER_IDS:
            queue_link(connection, officer, WISH, NOW)

    def send(_: int) -> list[str]:
        sent: list[str] = []
        while True:
            with engine.begin() as connection:
                taken = take_unsent(connection, 1, NOW)
                if not anything_unsent(connection):
                    return sent + [link.officer for link in taken]
            sent += [link.officer for link in taken]

    with ThreadPoolExecutor(4) as several:
        sent = [officer for each in several.map(send, range(4)) for officer in each]
    assert sorted(sent) == sorted(OFFICER_IDS)
    engine.dispose()


def test_texted_link_holds_the_requesting_browser(city: Connection) -> None:
    queue_link(city, "chief", WISH, NOW)
    (sent,) = take_unsent(city, 9, NOW)
    link = find_link(city, sent.token, NOW)
    assert link
    assert (link.browser, link.number) == (BROWSER, PHONE)
    shown = find_link(city, issue_link(city, "chief", NOW), NOW)
    assert shown
    assert (shown.browser, shown.number) == (None, None)


def test_link_is_invalid_after_too_many_wrong_codes(city: Connection) -> None:
    token = issue_link(city, "chief", NOW)
    for _ in range(MOST_WRONG):
        assert find_link(city, token, NOW)
        note_wrong_code(city, token, NOW)
    assert find_link(city, token, NOW) is None
    assert not redeemed(city, token)


def test_holder_of_a_link_can_request_another_at_once(city: Connection) -> None:
    queue_link(city, "chief", Wish(PHONE, "en", BROWSER, "/doors"), NOW)
    (first,) = take_unsent(city, 9, NOW)
    link = find_link(city, first.token, NOW)
    assert link
    other = hash_of("another browser")
    assert ask_again(city, first.token, link, other, NOW)
    assert not ask_again(city, first.token, link, other, NOW)
    assert find_link(city, first.token, NOW) is None
    (second,) = take_unsent(city, 9, NOW)
    assert (second.number, second.language) == (PHONE, "en")
    again = find_link(city, second.token, NOW)
    assert again
    assert (again.browser, again.path) == (other, "/doors")


def test_holder_of_a_shown_link_cannot_request_another(city: Connection) -> None:
    token = issue_link(city, "chief", NOW)
    link = find_link(city, token, NOW)
    assert link
    assert not ask_again(city, token, link, BROWSER, NOW)
    assert redeemed(city, token)
