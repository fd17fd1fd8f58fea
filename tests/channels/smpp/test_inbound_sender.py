"""The sender of a text is recognised as the household's phone in any spelling."""

import pytest

from alerting.channels.smpp.inbound import sender_of

PHONE = "+8613900000001"


@pytest.mark.parametrize("number_type", [0, 1, 2, 3, 4, None])
@pytest.mark.parametrize(
    "address",
    [
        "+8613900000001",
        "8613900000001",
        "008613900000001",
        "13900000001",
        "013900000001",
        "+86 139-0000-0001",
        "8613900000001\0",
    ],
)
def test_household_is_recognised_in_any_spelling(address: str, number_type: int | None) -> None:
    assert sender_of(address, number_type) == PHONE


@pytest.mark.parametrize(
    ("number_type", "address", "sender"),
    [
        (1, "12025550143", "+12025550143"),
        (1, "0012025550143", "+12025550143"),
        (1, "442079460018", "+442079460018"),
        (0, "10655", "10655"),
        (5, "Bank", "Bank"),
        (1, "", ""),
    ],
)
def test_other_senders_are_not_taken_for_households(
    number_type: int, address: str, sender: str
) -> None:
    assert sender_of(address, number_type) == sender
