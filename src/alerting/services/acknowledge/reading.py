"""Texts that came in, read: what each says, and of which household."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from alerting.core.authority import RUNG
from alerting.core.grammar import normalise
from alerting.core.reply import Intent, Reason, Reply, read_normal, read_normal_report
from alerting.core.routing import Route, Routed, route
from alerting.services.acknowledge.naming import read_named
from alerting.services.acknowledge.words import Sender, Taken, Text, Word
from alerting.storage.alerts import open_alerts
from alerting.storage.senders import homes_of, households_expected, officers_called
from contacts.directory import officer_by_phone

_LOST: Final = Reply(Intent.UNCLEAR, Reason.NOT_UNDERSTOOD)


def read_texts(connection: Connection, texts: Collection[Text]) -> list[Taken]:
    """Return what these texts say, and of which households."""
    numbers = {text.sender for text in texts}
    expected = households_expected(connection, numbers)
    called = officers_called(connection, numbers)
    return [
        _read(
            connection,
            text,
            Sender(text.sender, expected.get(text.sender, ()), called.get(text.sender, ())),
        )
        for text in texts
    ]


def _read(connection: Connection, text: Text, sender: Sender) -> Taken:
    body = text.body
    whole = normalise(body)
    # A text of one line, as most are, is normalised once.
    lines = [
        whole if line == body else normalise(line) for line in body.splitlines() if line.strip()
    ]
    names_any = any(read_normal_report(line) for line in lines)
    if names_any or sender.calls or not sender.homes:
        sender = _known(connection, sender)
    if not names_any:
        return Taken(text, sender, [_plain(whole, sender)])
    words = [read_named(connection, line, sender) or _unnamed(line, sender) for line in lines]
    if len(words) == 1:
        return Taken(text, sender, words)
    return Taken(text, sender, [replace(word, line=n) for n, word in enumerate(words, start=1)])


def _known(connection: Connection, sender: Sender) -> Sender:
    """Add what the roster knows of somebody who may be more, or less, than a household."""
    officers = [each for each in officer_by_phone(connection, sender.number) if each.role in RUNG]
    officers.sort(key=lambda officer: -RUNG[officer.role])
    numbers = () if sender.homes else (sender.number,)
    roster = homes_of(connection, numbers).get(sender.number, ())
    followed = [call.to.alert for call in sender.calls]
    if officers and not followed:
        followed = [alert.id for alert in open_alerts(connection, officers[0].division)]
    return replace(sender, officers=officers, roster=roster, open_alert=max(followed, default=None))


def _plain(plain: str, sender: Sender) -> Word:
    """Read a text, normalised, that names no household."""
    reply = read_normal(plain)
    officer = next(iter(sender.officers), None)
    if _only_confirms(reply, sender):
        return Word(reply, Route((), Routed.OFFICER_CONFIRMS), officer=officer)
    if sender.calls and not sender.homes:
        return Word(reply, Route((), Routed.UNNAMED), officer=officer)
    return Word(reply, route(reply, sender.homes))


def _unnamed(plain: str, sender: Sender) -> Word:
    """Read a line that names nobody for sure, alone ('034 all out') or among some that do.

    Whose it is cannot be known: 034 may be a household that is not to be had, or a time. A call
    for help is heard, and thanks are harmless. The line is normalised.
    """
    word = _plain(plain, sender)
    if word.reply.intent in {Intent.NEEDS_HELP, Intent.RECEIVED}:
        return word
    lost = replace(_LOST, alert_code=word.reply.alert_code)
    if sender.homes:
        return Word(lost, route(lost, sender.homes))
    unnamed = Routed.UNNAMED if sender.officers else Routed.UNKNOWN_SENDER
    return Word(lost, Route((), unnamed), officer=next(iter(sender.officers), None))


def _only_confirms(reply: Reply, sender: Sender) -> bool:
    """Whether it answers the call to an officer, and says nothing else.

    That is a bare '1', or thanks. Of an officer whose own home is on a roll only a bare '1'
    does, and only until the call is answered.
    """
    calls = sender.calls_meant(reply)
    bare = reply.intent is Intent.EVACUATED and reply.reason is Reason.KEY and reply.count is None
    if sender.homes:
        return bare and any(not call.answered for call in calls)
    return bool(calls) and (bare or reply.intent is Intent.RECEIVED)
