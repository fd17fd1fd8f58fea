"""`alerting cap`: issue and revoke the bearer tokens of CAP senders."""

from alerting.access.machines import MachineKind
from alerting.cli.machines import Machines, tokens_command

app = tokens_command(
    Machines(MachineKind.CAP_SENDER, "sender", "cap_senders"),
    "Senders of CAP messages: their bearer tokens, issued and revoked.",
)
