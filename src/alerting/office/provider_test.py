"""Sends a test text to an administrator's own phone: an alert's text, marked as a test."""

from sqlalchemy import Connection

from alerting.cap.alert import Status
from alerting.deliveries.phone_tests import ask_test
from alerting.deliveries.places import places_of
from alerting.deliveries.providers import all_healths
from alerting.deliveries.rules.providers import TWILIO_VOICE
from alerting.errors import ConflictError, NotFoundError
from alerting.ledger.writer import Transaction
from alerting.messages.languages import HAZARDS, LANGUAGES
from alerting.messages.text import ComposedText, TextFacts, TextKind, compose, language_for
from alerting.office_log.log import Details, OfficeAct, record
from alerting.policy.policy import Policy
from alerting.runtime import Runtime, wall_clock
from contacts.directory import Officer


async def send_test(runtime: Runtime, caller: Officer, provider: str) -> None:
    """Queue a test text to the caller's own first phone, and log who asked for it.

    Raises:
        NotFoundError: if no provider of texts has this name.
        ConflictError: if the roster has no phone of the caller.
        TooManyError: if the caller asked for another test text less than a minute ago.
    """

    def ask(transaction: Transaction) -> None:
        connection, now = transaction.connection, wall_clock()
        if provider == TWILIO_VOICE or provider not in all_healths(connection):
            raise NotFoundError(
                f"no provider of texts is named {provider!r}", f"没有叫{provider}的短信通道"
            )
        if not caller.phones:
            raise ConflictError(
                "the roster has no phone for you: add one at /admin/officers",
                chinese="名册里没有您的电话：请在责任人页添加",
            )
        language = language_for(caller.language)
        text = _text(connection, transaction.policy, caller, language)
        ask_test(connection, caller, provider, language, text, now)
        nothing = Details({}, ())
        act = OfficeAct.SEND_TEST_TEXT
        record(connection, caller, act, caller.division, nothing, now, provider)

    await runtime.ledger.write(ask, own_transaction=True)


def _text(connection: Connection, policy: Policy, caller: Officer, language: str) -> ComposedText:
    """Return a text with the wording of an alert, because carriers filter texts by wording."""
    words, place = LANGUAGES[language], caller.division
    phrase = words.hazards[next(iter(HAZARDS))]
    facts = TextFacts(
        status=Status.TEST,
        issuer=policy.issuer.at(place),
        action=phrase.action,
        hazard=phrase.name,
        place=places_of(connection, [place]).area([place], language),
        time=f"{wall_clock().astimezone(policy.alert.zone):%H:%M}",
        assembly_point=words.texts["generic_assembly_point"],
    )
    return compose(TextKind.ALERT, language, facts)
