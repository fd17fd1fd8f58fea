"""Roles of officers."""

from contacts.people import Role


def test_roles_match_the_glossary() -> None:
    assert [str(role) for role in Role] == [
        "informant",
        "grid_officer",
        "duty_officer",
        "town_commander",
        "administrator",
    ]
