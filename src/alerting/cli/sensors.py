"""`alerting sensors`: the bearer tokens of sensors, issued and revoked."""

from alerting.access.machines import MachineKind
from alerting.cli.machines import Machines, tokens_command

app = tokens_command(
    Machines(MachineKind.SENSOR, "sensor", "sensors"),
    "Sensors: their bearer tokens, issued and revoked.",
)
