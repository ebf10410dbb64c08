"""Are right attempts the reference solution, word for word?

A short program can often be written in one way only, and then every right attempt is the reference.
So the reference is held against the right attempts themselves: where it is one more program of
their kind, it is no more likely to be the one that others coincide with than any of them. It is put
among the c right attempts, and one of these c + 1 is drawn in its place; the statistic is the share
of the others that have the same text. Where problems have several references, the first ones of all
problems are tested together, then the second ones, and so on; Bonferroni's correction covers that.

Where all right attempts are the reference, this cannot tell a remembered program from a forced one,
and says so. Problems that were changed a little can: see ``perturbed``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from passatk.analysis.finding import Finding
from passatk.analysis.integrity.evidence import (
    Answer,
    Chance,
    exceedance,
    fewest,
    mean_interval,
    nothing,
)
from passatk.analysis.integrity.part import Part
from passatk.stats.result import Caveat, many

CODE = "integrity.memorised"
NEAR = "integrity.near-reference"
_MOST_PLACES = 5


def memorised(
    parts: Sequence[Part], *, level: float, draws: int, rng: np.random.Generator
) -> Answer | Finding:
    """Test verbatim matches with references against matches among right attempts."""
    known = [part for part in parts if part.references and part.c > 0]
    if not known:
        return nothing(CODE, "No problem has both a reference solution and a right attempt.")
    most = max(len(part.references or ()) for part in known)
    places = [_at_place(known, r, draws, rng) for r in range(min(most, _MOST_PLACES))]
    ps = [exceedance(float(each.observed.sum()), each.total) for each in places]
    best = int(np.argmin(ps))
    chance = places[best]
    effect, mean = float(chance.observed.mean()), float(chance.expected.mean())
    low, high = mean_interval(chance.observed, level, 0.0, 1.0)
    saturated = [
        part.problem
        for part, share in zip(known, chance.observed.tolist(), strict=True)
        if share == 1.0 and part.c > 1
    ]
    told = (
        f"{effect:.1%} of right attempts are a reference solution verbatim, {mean:.1%} if that "
        "were a program like the others"
    )
    caveats: tuple[Caveat, ...] = ()
    if saturated:
        caveats = (
            Caveat(
                "saturated",
                f"at {many(len(saturated), 'problem')} every right attempt is the reference "
                "verbatim: "
                "remembered and forced look the same there",
            ),
        )
    names = [part.problem for part in known]
    return Answer(
        Finding(
            CODE,
            "not found",
            f"{told}: no more than right attempts coincide with each other.",
            effect=effect,
            unit="of right attempts are verbatim a reference, mean over problems",
            low=low,
            high=high,
            p=min(1.0, len(ps) * ps[best]),
            method="reference exchanged with right attempts, one-sided; Bonferroni over "
            f"{len(ps)} references a problem",
            problems=len(known),
            attempts=sum(part.c for part in known),
            caveats=caveats,
            evidence=fewest(chance.observed - chance.expected, names),
        ),
        f"{told}: consistent with reference solutions that were seen in training.",
        mean,
        float(chance.total.std()) / len(known),
        dict(zip(names, np.minimum(len(ps) * chance.p_of_problem, 1.0).tolist(), strict=True)),
    )


def _at_place(parts: Sequence[Part], r: int, draws: int, rng: np.random.Generator) -> Chance:
    """Share of right attempts that are the r-th reference; the same with another in its place."""
    observed, expected, p_of_problem = (
        np.zeros(len(parts)),
        np.zeros(len(parts)),
        np.ones(len(parts)),
    )
    total = np.zeros(draws)
    for i, part in enumerate(parts):
        references = part.references or ()
        if r >= len(references):
            continue
        right = Counter(f.verbatim for f, ok in zip(part.facts, part.passed, strict=True) if ok)
        own = references[r].verbatim
        sizes = np.array(list((right + Counter([own])).values()))
        shares = (sizes - 1.0) / part.c
        chances = sizes / sizes.sum()
        observed[i] = right[own] / part.c
        expected[i] = shares @ chances
        p_of_problem[i] = min(1.0, float(chances[shares >= observed[i] - 1e-12].sum()))
        total += shares[np.searchsorted(np.cumsum(chances)[:-1], rng.random(draws), side="right")]
    return Chance(observed, expected, p_of_problem, total)


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
