"""The entries that a route declares for its OpenAPI operation."""

from alerting.access.openapi import REFUSALS, ROLES, allows, refuses
from alerting.access.rules import Act
from contacts.people import Role


def test_act_gives_the_roles_that_may_do_it() -> None:
    declared = allows(Act.CLOSE, 409)
    assert declared == {
        ROLES: [Role.DUTY_OFFICER, Role.TOWN_COMMANDER],
        REFUSALS: [403, 409],
    }


def test_roles_may_be_named_and_are_listed_in_one_order() -> None:
    chosen = {Role.TOWN_COMMANDER, Role.INFORMANT}
    assert allows(chosen)[ROLES] == [Role.INFORMANT, Role.TOWN_COMMANDER]


def test_route_for_every_role_names_only_its_refusals() -> None:
    assert refuses(404) == {REFUSALS: [404]}
