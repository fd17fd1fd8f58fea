"""What a refusal tells besides its text."""

from alerting.errors import ConflictError, InvalidError


def test_a_field_that_cannot_be_so_is_named_in_the_text_and_beside_it() -> None:
    refused = InvalidError("expires", "give a time after sent")
    assert (str(refused), refused.field) == ("expires: give a time after sent", "expires")


def test_a_conflict_keeps_every_reason() -> None:
    refused = ConflictError("not yet", ("one is missing", "one needs help"))
    assert (str(refused), refused.reasons) == ("not yet", ("one is missing", "one needs help"))
    assert ConflictError("not yet").reasons == ()
