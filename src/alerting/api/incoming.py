"""Texts that came in, whoever brought them: an answer, an officer's word, an informant's alert."""

from dataclasses import replace

from alerting.core.reply import read_raise
from alerting.services.acknowledge import Text, acknowledge
from alerting.services.desk import Desk
from alerting.services.raise_by_text import raise_by_text


async def take_text(desk: Desk, text: Text) -> None:
    """Take a text in; it is kept, whatever it says."""
    # No database keeps such a character, with which some phones fill a text up.
    text = replace(text, body=text.body.replace("\0", " "))
    hazard = read_raise(text.body)
    raised = hazard is not None and await raise_by_text(
        desk, text.provider_id, text.sender, text.body, hazard
    )
    if not raised:
        await acknowledge(desk, text)
