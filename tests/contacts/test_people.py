"""The roles in a roster."""

from contacts.people import Role


def test_roles_are_those_of_the_glossary() -> None:
    assert [str(role) for role in Role] == [
        "informant",
        "grid_officer",
        "duty_officer",
        "town_commander",
        "administrator",
    ]
