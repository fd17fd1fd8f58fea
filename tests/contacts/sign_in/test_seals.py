"""A seal (an encrypted value for a browser) is opened only for its purpose until it expires."""

import string
from datetime import UTC, datetime, timedelta

import pytest

from contacts.encryption.keys import KEYS, add_key, make_key_file
from contacts.sign_in.seals import sealed, unsealed

NOW = datetime(2022, 8, 29, 4, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def test_seal_is_opened_for_its_purpose_until_it_expires() -> None:
    seal = sealed("sign in", "word", LATER)
    assert set(seal) <= {*string.ascii_letters, *string.digits, *"-_."}
    assert "word" not in seal
    assert unsealed("sign in", seal, NOW) == "word"
    assert unsealed("sign in", seal, LATER) is None
    assert unsealed("register", seal, NOW) is None


@pytest.mark.parametrize("seal", ["", "A", "AAAA", "é", "\0", "x" * 5_000])
def test_invented_seal_is_not_opened(seal: str) -> None:
    assert unsealed("sign in", seal, NOW) is None


@pytest.mark.parametrize("word", ["word", "a word that ends elsewhere", "w" * 33])
def test_changed_seal_is_not_opened(word: str) -> None:
    seal = sealed("sign in", word, LATER)
    for place, character in enumerate(seal):
        # Some changes to the last character differ only in bits that base64 does not use.
        for other in set("AB_-7z.") - {character}:
            changed = seal[:place] + other + seal[place + 1 :]
            assert unsealed("sign in", changed, NOW) is None, (place, other)


@pytest.mark.parametrize("extra", ["=", ".", "!", "\n", " ", "A"])
def test_seal_with_additional_characters_is_not_opened(extra: str) -> None:
    seal = sealed("sign in", "word", LATER)
    for place in (len(seal) // 2, len(seal)):
        assert unsealed("sign in", seal[:place] + extra + seal[place:], NOW) is None


def test_seal_is_opened_after_a_key_is_added(tmp_path_factory: pytest.TempPathFactory) -> None:
    before, file = KEYS.file, tmp_path_factory.mktemp("keys") / "alerting.key"
    make_key_file(file)
    KEYS.use(file)
    try:
        seal = sealed("sign in", "word", LATER)
        add_key(file)
        KEYS.use(file)
        assert unsealed("sign in", seal, NOW) == "word"
    finally:
        KEYS.use(before)
