"""The structured parts of errors: field and reasons."""

from alerting.errors import ConflictError, InvalidError


def test_invalid_error_has_its_field() -> None:
    refused = InvalidError("expires", "give a time after sent")
    assert (str(refused), refused.field) == ("expires: give a time after sent", "expires")


def test_conflict_error_has_its_reasons() -> None:
    refused = ConflictError("not yet", ("one is missing", "one needs help"))
    assert (str(refused), refused.reasons) == ("not yet", ("one is missing", "one needs help"))
    assert ConflictError("not yet").reasons == ()
