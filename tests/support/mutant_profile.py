"""Hypothesis's profile for mutation testing, `scripts/bench mutants`."""

from hypothesis import HealthCheck, Phase, settings

# Finding a failure is enough, so there is no shrinking, and examples are the same each time. The
# health check is off because the process has run the tests before, on other objects.
settings.register_profile(
    "mutants",
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=(HealthCheck.differing_executors, HealthCheck.too_slow),
)
