"""`alerting officers`: issue, list and revoke sign-in links, sessions and bearer tokens."""

import sys
from datetime import timedelta
from typing import Annotated, Final

import segno
import typer

from alerting.cli.security_notes import note_officer
from alerting.config import AddressSettings, DatabaseSettings, load_settings
from alerting.database.engine import writing
from alerting.runtime import wall_clock
from alerting.security_log.rules import SecurityKind
from contacts.sign_in.credentials import issue_token, revoke_tokens
from contacts.sign_in.links import issue_link, revoke_links
from contacts.sign_in.passkeys import remove_passkeys
from contacts.sign_in.recovery import revoke_recovery
from contacts.sign_in.sessions import revoke_sessions, sessions_of

app = typer.Typer(no_args_is_help=True, help=__doc__)

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="officers' ids")]

_REVOKE: Final = (revoke_tokens, remove_passkeys, revoke_sessions, revoke_links, revoke_recovery)


@app.command("link")
def link(
    ids: Ids,
    to: Annotated[
        str, typer.Option(help="the page to open after signing in, such as /board/3")
    ] = "/",
    qr: Annotated[bool, typer.Option("--qr", help="also show each link as a QR code")] = False,
) -> None:
    """Issue a link for each officer and print 'ID URL'; a link works once, within 10 minutes."""
    public_url = load_settings(AddressSettings).public_url
    with writing(load_settings(DatabaseSettings).database_url) as connection:
        tokens = {id_: issue_link(connection, id_, wall_clock(), to) for id_ in ids}
        for id_ in ids:
            note_officer(connection, SecurityKind.CREDENTIAL_ISSUED, id_, "link")
    for id_, token in tokens.items():
        url = f"{public_url}/in/{token}"
        typer.echo(f"{id_} {url}")
        if qr:
            segno.make_qr(url).terminal(sys.stdout, compact=True)


@app.command("token")
def token(
    ids: Ids, days: Annotated[float, typer.Option(help="how long the tokens are valid")] = 90.0
) -> None:
    """Issue a token for each officer and print 'ID TOKEN'; it cannot be shown again."""
    with writing(load_settings(DatabaseSettings).database_url) as connection:
        for id_ in ids:
            issued = issue_token(connection, id_, wall_clock(), timedelta(days=days))
            note_officer(connection, SecurityKind.CREDENTIAL_ISSUED, id_, f"token, {days:g} days")
            typer.echo(f"{id_} {issued}")


@app.command("sessions")
def sessions(
    id_: Annotated[str, typer.Argument(metavar="ID", help="the officer's id")],
) -> None:
    """List an officer's sessions: begin, last seen, end, device; times are UTC."""
    with writing(load_settings(DatabaseSettings).database_url) as connection:
        for each in sessions_of(connection, id_, wall_clock()):
            times = (each.begun_at, each.last_seen_at, each.expires_at)
            typer.echo("  ".join([*(f"{time:%F %H:%M}" for time in times), each.device]))


@app.command("revoke")
def revoke(ids: Ids) -> None:
    """Revoke every token, passkey, session, sign-in link and recovery code of these officers."""
    with writing(load_settings(DatabaseSettings).database_url) as connection:
        for id_ in ids:
            count = sum(end(connection, id_, wall_clock()) for end in _REVOKE)
            note_officer(connection, SecurityKind.CREDENTIAL_REVOKED, id_, f"{count} revoked")
            typer.echo(f"{id_}: {count} revoked")
