"""Structured parts of a refusal besides its text."""

from alerting.errors import ConflictError, InvalidError


def test_invalid_error_names_its_field() -> None:
    refused = InvalidError("expires", "give a time after sent")
    assert (str(refused), refused.field) == ("expires: give a time after sent", "expires")


def test_conflict_error_keeps_its_reasons() -> None:
    refused = ConflictError("not yet", ("one is missing", "one needs help"))
    assert (str(refused), refused.reasons) == ("not yet", ("one is missing", "one needs help"))
    assert ConflictError("not yet").reasons == ()
