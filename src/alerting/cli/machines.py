"""Build the command that issues and revokes the tokens of one kind of machine."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import typer

from alerting.access.machines import (
    MachineKind,
    issue_machine_token,
    revoke_machine_tokens,
    with_tokens,
)
from alerting.cli.security_notes import note_machine
from alerting.config import DatabaseSettings, PolicySettings, load_settings
from alerting.database.engine import writing
from alerting.runtime import wall_clock
from alerting.security_log.rules import SecurityKind


@dataclass(frozen=True)
class Machines:
    """A kind of machine, with the words for its command's help and errors."""

    kind: MachineKind
    word: str
    """Word for one machine, such as 'sensor'."""
    section: str
    """Name of the policy's section that lists the machines."""

    def check(self, names: Collection[str]) -> None:
        """Check that the policy lists all of these names.

        Raises:
            ValueError: if it does not; the error lists the unknown names.
        """
        if unknown := self._unknown(names):
            raise ValueError(
                f"{', '.join(unknown)}: the policy names no such {self.word}; add it to "
                f"[[{self.section}]], or correct it"
            )

    def check_held(self, names: Collection[str], holders: Collection[str]) -> None:
        """Check that each name has a token or is listed in the policy.

        Raises:
            ValueError: if not; the error lists the unknown names.
        """
        others = set(names) - set(holders)
        # Names with a token need no look-up in the policy, which may no longer list them.
        if others and (unknown := self._unknown(others)):
            raise ValueError(
                f"{', '.join(unknown)}: no such {self.word} has a token or is in the "
                "policy; nothing was revoked: correct the name"
            )

    def _unknown(self, names: Collection[str]) -> list[str]:
        known = {each.name for each in getattr(load_settings(PolicySettings).policy, self.section)}
        return sorted(set(names) - known)


def tokens_command(machines: Machines, about: str) -> typer.Typer:
    """Return the command that issues and revokes the tokens of a kind of machine."""
    app = typer.Typer(no_args_is_help=True, help=about)
    kind, one, section = machines.kind, machines.word, machines.section
    names_of = typer.Argument(metavar="NAME...", help=f"{one}s, as [[{section}]] names them")

    @app.command(
        "token",
        help=f"Issue a token for each {one} and print 'NAME TOKEN'; it cannot be shown again.",
    )
    def token(
        names: Annotated[list[str], names_of],
        days: Annotated[float, typer.Option(help="how long the tokens are valid")] = 365.0,
    ) -> None:
        machines.check(names)
        with writing(load_settings(DatabaseSettings).database_url) as connection:
            for name in names:
                now, valid_for = wall_clock(), timedelta(days=days)
                issued = issue_machine_token(connection, kind, name, now, valid_for)
                note_machine(
                    connection, SecurityKind.CREDENTIAL_ISSUED, name, f"{one}, {days:g} days"
                )
                typer.echo(f"{name} {issued}")

    @app.command("revoke", help=f"Revoke every token of these {one}s.")
    def revoke(names: Annotated[list[str], names_of]) -> None:
        with writing(load_settings(DatabaseSettings).database_url) as connection:
            machines.check_held(names, with_tokens(connection, kind, names))
            for name in names:
                count = revoke_machine_tokens(connection, kind, name, wall_clock())
                told = f"{one}, {count} revoked"
                note_machine(connection, SecurityKind.CREDENTIAL_REVOKED, name, told)
                typer.echo(f"{name}: {count} revoked")

    return app
