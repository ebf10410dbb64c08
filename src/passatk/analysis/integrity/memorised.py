"""Are right attempts the reference solution, word for word?

A short program can often be written in one way only, and then every right attempt is the reference.
So the reference is held against the right attempts themselves: where it is one more program of
their kind, it is no more likely to be the one that others coincide with than any of them. At each
problem the R references are put among the c right attempts, and R of these c + R are drawn in their
place; the statistic is how many others have the same text as the ones drawn.

Where all right attempts are the reference, this cannot tell a remembered program from a forced one,
and says so. Tests on problems that were changed a little can: see ``perturbed``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import Tested, exceedance, fewest, mean_interval, nothing
from passatk.analysis.integrity.part import Part
from passatk.stats.result import Caveat

CODE = "integrity.memorised"
NEAR = "integrity.near-reference"
CUTOFF = "integrity.cutoff"


def memorised(
    parts: Sequence[Part], *, level: float, draws: int, rng: np.random.Generator
) -> Tested | Finding:
    """Test verbatim matches with references against matches among right attempts."""
    known = [part for part in parts if part.references and part.c > 0]
    if not known:
        return nothing(CODE, "No problem has both a reference solution and a right attempt.")
    share, excess = np.zeros(len(known)), np.zeros(len(known))
    total = np.zeros(draws)
    p_of_problem: dict[str, float] = {}
    saturated = []
    for i, part in enumerate(known):
        matches, drawn = _matches(part, draws, rng)
        share[i] = matches / part.c
        excess[i] = (matches - float(drawn.mean())) / part.c
        total += drawn / part.c
        p_of_problem[part.problem] = exceedance(matches, drawn)
        if matches == part.c > 1:
            saturated.append(part.problem)
    effect, mean = float(share.mean()), float(total.mean()) / len(known)
    low, high = mean_interval(share, level, 0.0, 1.0)
    told = (
        f"{effect:.1%} of right attempts are a reference solution verbatim, {mean:.1%} if "
        "references were programs like the others"
    )
    caveats: tuple[Caveat, ...] = ()
    if saturated:
        caveats = (
            Caveat(
                "saturated",
                f"at {len(saturated)} problems every right attempt is the reference verbatim: "
                "remembered and forced look the same there",
            ),
        )
    return Tested(
        Finding(
            CODE,
            "not found",
            f"{told}: no more than right attempts coincide with each other.",
            effect=effect,
            unit="of right attempts are verbatim a reference, mean over problems",
            low=low,
            high=high,
            p=exceedance(float(share.sum()), total),
            method="references exchanged with right attempts, one-sided",
            problems=len(known),
            attempts=sum(part.c for part in known),
            caveats=caveats,
            evidence=fewest(excess, [part.problem for part in known]),
        ),
        f"{told}: consistent with reference solutions that were seen in training.",
        mean,
        float(total.std()) / len(known),
        p_of_problem,
    )


def _matches(
    part: Part, draws: int, rng: np.random.Generator
) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Right attempts that are a reference verbatim; the same with the references drawn anew."""
    right = Counter(f.verbatim for f, ok in zip(part.facts, part.passed, strict=True) if ok)
    references = {facts.verbatim for facts in part.references or ()}
    pool = right + Counter(references)
    sizes = np.array(list(pool.values()))
    if sizes.max() == 1:
        return 0, np.zeros(draws)
    drawn = rng.multivariate_hypergeometric(sizes, len(references), size=draws, method="marginals")
    # A draw of two alike counts each as the other's match: more by chance, never less.
    return sum(right[key] for key in references), drawn @ (sizes - 1.0)


def near_reference(parts: Sequence[Part], *, level: float) -> Finding:
    """How many right attempts are a reference but for names, and how long those are. Not tested."""
    known = [part for part in parts if part.references and part.c > 0]
    if not known:
        return nothing(NEAR, "No problem has both a reference solution and a right attempt.")
    share, lines = np.zeros(len(known)), []
    for i, part in enumerate(known):
        references = {facts.program for facts in part.references or ()}
        near = [
            facts
            for facts, ok in zip(part.facts, part.passed, strict=True)
            if ok and facts.program in references
        ]
        share[i] = len(near) / part.c
        lines += [facts.lines for facts in near]
    low, high = mean_interval(share, level, 0.0, 1.0)
    length = f"; half of them have at most {int(np.median(lines))} lines" if lines else ""
    return Finding(
        NEAR,
        "description",
        f"{share.mean():.1%} of right attempts are a reference solution up to names, docstrings "
        f"and annotations{length}. Short programs coincide by themselves.",
        effect=float(share.mean()),
        unit="of right attempts, mean over problems",
        low=low,
        high=high,
        method="equal syntax trees with local names numbered; nothing is tested",
        problems=len(known),
        attempts=sum(part.c for part in known),
        evidence=fewest(share, [part.problem for part in known]),
    )


def cutoff() -> Finding:
    """Before and after a training cutoff: problems have no dates."""
    return nothing(
        CUTOFF,
        "Problems carry no dates, so older ones cannot be held against ones after a cutoff.",
    )
