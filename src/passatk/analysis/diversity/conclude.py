"""From what was seen of each problem to how different the attempts of a run are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from passatk.analysis.diversity import telling
from passatk.analysis.diversity.result import Diversity, Level
from passatk.analysis.diversity.seen import BEHAVIOUR, Part
from passatk.analysis.programs import APPROACH, LEVELS
from passatk.analysis.subject import Subject
from passatk.stats import Estimate, Outcomes, StopAtSuccess, estimate_values
from passatk.stats.diversity import VariantGain, hill_number, rarefied_richness, variant_gain
from passatk.stats.ratios import difference_of_values

RAREFIED_AT = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
GAIN_AT = (10, 100)


def conclude(
    parts: Iterable[Part], subject: Subject, *, level: float = 0.95, seed: int = 0
) -> Diversity:
    """How different the attempts of a run are, and what copies contribute.

    Args:
        parts: of ``examine``, one for each problem, in any order.
        subject: the run that they were seen in.
        level: of the intervals, which are for problems like these.
        seed: not used, as nothing here is drawn.
    """
    del seed
    place = {each.name: i for i, each in enumerate(subject.counts)}
    every = sorted(parts, key=lambda part: place.get(part.name, len(place)))
    known = tuple(part for part in every if part.empty < part.attempts)
    readings: Counter[str] = Counter()
    for part in every:
        readings.update(part.readings)
    if not known:
        return Diversity(
            findings=(telling.no_programs(every, level),),
            levels={},
            vendi=None,
            vendi_attempts=0,
            by_category={},
            readings=readings,
            empty=sum(part.empty for part in every),
            problems=(),
        )
    ks = _gain_ks(known, subject)
    levels = {name: _level(name, known, ks, level) for name in LEVELS}
    behaving = [part for part in known if BEHAVIOUR in part.sizes]
    if behaving:
        levels[BEHAVIOUR] = _level(BEHAVIOUR, behaving, (), level)
    vendi = _mean(known, "Vendi", lambda part: part.vendi, level)
    result = Diversity(
        findings=(),
        levels=levels,
        vendi=vendi,
        vendi_attempts=min(part.vendi_attempts for part in known),
        by_category=_by_category(known, subject, level),
        readings=readings,
        empty=sum(part.empty for part in every),
        problems=known,
    )
    return telling.with_findings(result, subject, level)


def _gain_ks(parts: Sequence[Part], subject: Subject) -> tuple[int, ...]:
    """The k at which variants are weighed: none where attempts ended with a pass."""
    fewest = min((part.judged for part in parts if part.judged), default=0)
    if isinstance(subject.seen.outcomes.stopping, StopAtSuccess) or fewest < 2:
        return ()
    return tuple(k for k in GAIN_AT if k <= fewest) or (fewest,)


def _level(name: str, parts: Sequence[Part], ks: Sequence[int], level: float) -> Level:
    fewest = min(sum(part.sizes[name]) for part in parts)
    rarefied = [k for k in RAREFIED_AT if k < fewest] + [fewest]
    kinds = np.array([rarefied_richness(part.sizes[name], rarefied) for part in parts])
    shares = [len(part.sizes[name]) / sum(part.sizes[name]) for part in parts]
    judged = [part for part in parts if part.judged]
    gains: tuple[VariantGain, ...] = ()
    if ks:
        outcomes = Outcomes.from_counts(
            [part.judged for part in judged],
            [part.passed for part in judged],
            problems=[part.name for part in judged],
            stopping="independent",
        )
        clusters = [
            ([n for n, _ in part.results[name]], [c for _, c in part.results[name]])
            for part in judged
        ]
        gains = tuple(variant_gain(outcomes, clusters, k, level=level) for k in ks)
    return Level(
        distinct=estimate_values(shares, _about(parts), metric=f"distinct, {name}", level=level),
        hill_1=_mean(parts, "Hill q=1", lambda part: hill_number(part.sizes[name], 1), level),
        hill_2=_mean(parts, "Hill q=2", lambda part: hill_number(part.sizes[name], 2), level),
        rarefied={
            k: difference_of_values(kinds[:, i], _about(parts), f"kinds@{k}", k=k, level=level)
            for i, k in enumerate(rarefied)
        },
        gains=gains,
    )


def _by_category(parts: Sequence[Part], subject: Subject, level: float) -> dict[str, Estimate]:
    """Approaches among as many attempts as every problem has; empty without categories."""
    strata = subject.strata
    groups: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        category = strata[part.name][0] if part.name in strata else None
        if category is not None:
            groups[category].append(part)
    k = min(part.attempts for part in parts)
    return {
        category: _mean(
            group,
            f"approaches@{k}",
            lambda part: float(rarefied_richness(part.sizes[APPROACH], k)),
            level,
        )
        for category, group in groups.items()
    }


def _mean(
    parts: Sequence[Part], metric: str, value: Callable[[Part], float], level: float
) -> Estimate:
    values = np.array([value(part) for part in parts])
    return difference_of_values(values, _about(parts), metric, k=None, level=level)


def _about(parts: Sequence[Part]) -> Outcomes:
    """What estimates are labelled with: problems and their numbers of attempts."""
    return Outcomes.from_counts(
        [part.attempts for part in parts],
        [min(part.passed, part.attempts) for part in parts],
        problems=[part.name for part in parts],
        stopping="independent",
    )
