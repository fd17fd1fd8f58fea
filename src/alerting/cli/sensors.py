"""`alerting sensors`: issue and revoke the bearer tokens of sensors."""

from alerting.access.machines import MachineKind
from alerting.cli.machines import Machines, tokens_command

app = tokens_command(
    Machines(MachineKind.SENSOR, "sensor", "sensors"),
    "Sensors: their bearer tokens, issued and revoked.",
)
