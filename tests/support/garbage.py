"""The garbage that a test leaves, collected before the next test begins."""

import gc


def collect_garbage() -> None:
    """Collect all garbage, and exempt what stays: the next call scans only newer objects.

    A worker has millions of objects of modules, tests and caches: to scan all takes 0.4 s.
    """
    gc.collect()
    gc.freeze()
