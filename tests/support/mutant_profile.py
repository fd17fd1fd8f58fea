"""The profile of property tests under mutation testing, `scripts/bench mutants`."""

from hypothesis import HealthCheck, Phase, settings

# Finding a failure is enough: no shrinking, and the same examples each time. Each mutant's tests
# run in a process that has run them before, on another object of the class.
settings.register_profile(
    "mutants",
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=(HealthCheck.differing_executors, HealthCheck.too_slow),
)
