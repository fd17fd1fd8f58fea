import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.encryption.cipher import PERSONAL, PHONE, TOKEN, Domain, Key, KeyFileError, Keyring

OLD, NEW = Key(bytes(32)), Key(bytes(range(32)))


@given(st.sampled_from([PHONE, TOKEN, PERSONAL]), st.text())
def test_decryption_returns_what_was_encrypted(domain: Domain, text: str) -> None:
    ring = Keyring([OLD])
    value = ring.encrypted(domain, text)
    assert ring.decrypted(domain, value) == text
    assert len(text) < 3 or text not in value


def test_encryption_is_deterministic_for_phones_only() -> None:
    ring = Keyring([OLD])
    assert ring.encrypted(PHONE, "+8613900001234") == ring.encrypted(PHONE, "+8613900001234")
    assert ring.encrypted(PERSONAL, "张三") != ring.encrypted(PERSONAL, "张三")


@pytest.mark.parametrize("domain", [PHONE, PERSONAL])
def test_batch_encryption_keeps_none_and_empty_texts_and_is_deterministic_for_phones(
    domain: Domain,
) -> None:
    ring = Keyring([OLD])
    one, none, empty, same = ring.encrypted_each(domain, ["1", None, "", "1"])
    assert (none, empty) == (None, "")
    assert [ring.decrypted(domain, value) for value in (one, same) if value] == ["1", "1"]
    assert (one == same) is domain.findable


def test_short_texts_of_different_lengths_have_ciphertexts_of_one_length() -> None:
    ring = Keyring([OLD])
    assert len({len(ring.encrypted(PERSONAL, need)) for need in ("ill", "pregnant")}) == 1


def test_first_key_encrypts_and_every_key_decrypts() -> None:
    before = Keyring([OLD]).encrypted(PHONE, "+8613900001234")
    ring = Keyring([NEW, OLD])
    assert ring.decrypted(PHONE, before) == "+8613900001234"
    assert ring.encrypted(PHONE, "+8613900001234").startswith(NEW.id)
    assert before in ring.found(PHONE, "+8613900001234")


@pytest.mark.parametrize("value", ["+8613900001234", "张三", "AAAA"])
def test_value_of_an_unknown_key_is_refused(value: str) -> None:
    with pytest.raises(KeyFileError, match="does not hold"):
        Keyring([OLD]).decrypted(PERSONAL, value)


def test_value_moved_to_a_column_of_another_kind_is_refused() -> None:
    ring = Keyring([OLD])
    with pytest.raises(KeyFileError, match="moved from another column"):
        ring.decrypted(TOKEN, ring.encrypted(PHONE, "+8613900001234"))
