"""The OpenAPI extension entries of a route."""

from alerting.access.openapi import REFUSALS, ROLES, allows, refuses
from alerting.access.rules import Act
from contacts.people import Role


def test_allows_lists_the_roles_that_may_do_an_act() -> None:
    declared = allows(Act.CLOSE, 409)
    assert declared == {
        ROLES: [Role.DUTY_OFFICER, Role.TOWN_COMMANDER],
        REFUSALS: [403, 409],
    }


def test_allows_lists_given_roles_in_declaration_order() -> None:
    chosen = {Role.TOWN_COMMANDER, Role.INFORMANT}
    assert allows(chosen)[ROLES] == [Role.INFORMANT, Role.TOWN_COMMANDER]


def test_refuses_lists_statuses_and_no_roles() -> None:
    assert refuses(404) == {REFUSALS: [404]}
