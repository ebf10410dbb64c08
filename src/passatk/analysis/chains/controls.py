"""Independent attempts that chains with feedback can be held against."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from passatk.analysis.chained import ChainedRun
from passatk.analysis.subject import Subject
from passatk.errors import DataError
from passatk.stats import Caveat, Outcomes
from passatk.stats.comparison.pairing import subset
from passatk.stats.order import Chains


@dataclass(frozen=True, slots=True)
class Control:
    """Attempts without feedback at the problems of the chains.

    Attributes:
        name: what they are, for people.
        outcomes: their results.
        kind: ``"run"``: another run; ``"loose"``: attempts of the same run outside its chains;
            ``"first"``: the first steps of the chains themselves.
        caveats: what a reader has to know of the comparison.
    """

    name: str
    outcomes: Outcomes
    kind: str
    caveats: tuple[Caveat, ...] = ()


def control_for(subject: Subject, run: ChainedRun) -> Control | None:
    """The best there is: another run, attempts outside chains, first steps; None for neither.

    Raises:
        DataError: the control run has chains itself.
    """
    if subject.control is not None:
        other = subject.control
        if other.seen.chained:
            raise DataError(
                f"{other.run.name}: {other.seen.chained} attempts are steps of chains",
                expected="a control run of independent attempts",
                found="attempts that build on each other",
            )
        caveats: tuple[Caveat, ...] = ()
        if other.run.benchmark_hash != subject.run.benchmark_hash:
            words = "the control run was judged on another version of the problems"
            caveats = (Caveat("versions", words),)
        return Control(f"run {other.run.name}", other.seen.outcomes, "run", caveats)
    loose = run.loose
    if loose is not None and set(loose.problems) >= set(run.chains.problems):
        return Control("attempts outside chains", loose, "loose")
    if int(run.first_steps.n.min()) > 1:
        words = "the control is the first steps of the chains, which saw no feedback"
        caveat = Caveat("own-control", words)
        return Control("first steps of the chains", run.first_steps, "first", (caveat,))
    return None


def on_common_problems(
    chains: Chains, control: Control
) -> tuple[Chains, Outcomes, tuple[Caveat, ...]]:
    """Chains and control at the problems that both have, in the order of the chains.

    Raises:
        DataError: fewer than two problems in common.
    """
    place = {name: i for i, name in enumerate(control.outcomes.problems)}
    kept = [i for i, name in enumerate(chains.problems) if name in place]
    if len(kept) < 2:
        raise DataError(
            f"chains and {control.name} have {len(kept)} problems in common",
            expected="at least two",
            found=f"{len(chains.problems)} and {len(place)} problems",
        )
    caveats = control.caveats
    alone = len(chains.problems) + len(place) - 2 * len(kept)
    if alone:
        words = f"{alone} problems of one side only are left out"
        caveats = (*caveats, Caveat("intersection", words))
    names = tuple(chains.problems[i] for i in kept)
    outcomes = subset(control.outcomes, [place[name] for name in names])
    if len(kept) == len(chains.problems):
        return chains, outcomes, caveats
    new = np.full(len(chains.problems), -1)
    new[kept] = np.arange(len(kept))
    mine = new[chains.owner] >= 0
    common = replace(
        chains,
        problems=names,
        owner=new[chains.owner][mine],
        length=chains.length[mine],
        solved_at=chains.solved_at[mine],
        lost_at=chains.lost_at[mine],
        clusters=_labels(chains, kept),
    )
    return common, outcomes, caveats


def _labels(chains: Chains, kept: list[int]) -> tuple[str, ...] | None:
    labels = None if chains.clusters is None else tuple(chains.clusters[i] for i in kept)
    # Where one cluster is left, nothing is known of others.
    return labels if labels is not None and len(set(labels)) > 1 else None
