"""How properties run where the tests themselves are tested, which `scripts/bench mutants` does."""

from hypothesis import HealthCheck, Phase, settings

# A fault found is enough: nobody looks for the smallest example, nor for others than last time.
# Every mutant's tests run in a process that has run them before, for another object of the class.
settings.register_profile(
    "mutants",
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=(HealthCheck.differing_executors, HealthCheck.too_slow),
)
