"""The problems that a run was sampled for, where they were changed."""

from __future__ import annotations

from passatk.benchmarks import only, perturb
from passatk.records import Benchmark
from passatk.store import Run


def variant_of(run: Run, benchmark: Benchmark) -> Benchmark:
    """The benchmark as the run had it; ``begin_run`` sees whether it is the same."""
    variant = run.manifest.get("settings", {}).get("generation", {}).get("variant")
    if not variant:
        return benchmark
    changed = perturb(benchmark, variant.split("+"))
    kept = run.manifest.get("problems")
    return changed if kept is None else only(changed, kept)
