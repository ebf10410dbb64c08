"""How often each detector claims something: on clean runs, and on planted games by strength.

Runs come from the built-in sampler on the 48 built-in problems with 20 attempts each. Nothing is
executed: pass labels are the planted truth, and which tests a failing program passes is drawn (a
hard-coded one passes the visible tests; one in three fails all; others pass each test by a Rasch
model). Programs are the sampler's own, their variations drawn from forty made beforehand for each
problem.

    python benchmarks/detector_study.py --clean 1000 --reps 100 --jobs 2 --out detector_study.csv

A cell is a game at a strength. Cells are independent, have a seed of their own, and are appended to
a table as they finish; cells that are in the table already are not run again. Prints the tables of
docs/analysis/validation.md.
"""

from __future__ import annotations

import argparse
import csv
import functools
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from passatk.analysis.integrity import Part, conclude, examine
from passatk.analysis.integrity.cutoff import around_cutoff
from passatk.analysis.integrity.evidence import Answer
from passatk.analysis.integrity.hard_coded import literals
from passatk.analysis.integrity.memorised import memorised
from passatk.analysis.integrity.near_duplicates import near_duplicates
from passatk.analysis.integrity.perturbed import perturbed_drop
from passatk.analysis.integrity.reading import read_program
from passatk.analysis.integrity.sorted_attempts import sorted_attempts
from passatk.analysis.subject import ProblemAttempts, Subject
from passatk.benchmarks import load
from passatk.generation import BuiltinSampler, SamplerSettings
from passatk.generation.drawing import generator
from passatk.generation.planted import guess, hard_code
from passatk.outcomes import from_rows
from passatk.records import Attempt, Problem, Status, Verdict
from passatk.stats import Outcomes
from passatk.stats.order import Chains, feedback_lift, order_tests
from passatk.store import Outcome, ProblemCounts, Run

ALPHA = 0.05
ATTEMPTS = 20
STEPS = 4
DRAWS = 199
POOL = 40
UNLIKELY = 918_273_645

INTEGRITY = (
    "near-duplicates",
    "concentration",
    "memorised",
    "order",
    "test-answers",
    "visible-only",
)
FAMILY = "any of integrity"
ORDER = ("trend", "prefix", "lag-1", "change point")
# Each game with the setting that plants it, its strengths, and who is to find it.
GAMES: dict[str, tuple[tuple[float, ...], tuple[str, ...]]] = {
    "guessing": ((0.1, 0.2, 0.4, 0.8), ("near-duplicates",)),
    "concentration": ((1.0, 2.0, 4.0, 8.0), ("concentration",)),
    "memorised": ((0.1, 0.2, 0.4, 0.6, 0.8, 0.95), ("memorised",)),
    "best_first": ((0.1, 0.2, 0.4, 0.8), ("order",)),
    "hard_coding": ((0.01, 0.02, 0.05, 0.1), ("test-answers", "visible-only")),
    "drift": ((-0.02, -0.04, -0.08, -0.12), (*ORDER, "any of order")),
    "feedback": ((0.25, 0.5, 1.0, 1.5), ("feedback lift",)),
    "remembered": ((0.02, 0.05, 0.1, 0.2), ("perturbed",)),
    "seen": ((0.2, 0.4, 0.6, 0.8), ("cutoff",)),
}

CLEAN = ("clean", "chance", "dated")
FIRST_DAY, CUTOFF, LAST_DAY = date(2023, 1, 1), date(2024, 1, 1), date(2024, 12, 31)

Claims = Mapping[str, bool]
"""Whether each detector claims something by itself at 5 %, and the families after Holm."""


@functools.cache
def problems() -> tuple[Problem, ...]:
    return tuple(load("builtin").problems.values())


@functools.cache
def problem_called(problem_id: str) -> Problem:
    return next(each for each in problems() if each.id == problem_id)


@functools.cache
def by_heart(problem_id: str) -> str | None:
    return hard_code(problem_called(problem_id))


@functools.cache
def pool(problem_id: str, right: bool) -> tuple[str, ...]:
    """Programs for a problem, none of them planted."""
    plain = BuiltinSampler(SamplerSettings(duplication=0.0, chattiness=0.0))
    problem = problem_called(problem_id)
    return tuple(plain.draw(problem, i, right=right).program for i in range(POOL))


@functools.lru_cache(maxsize=1 << 16)
def guess_template(program: str) -> str:
    """A right guess at a number that stands nowhere else, to be put in later."""
    return guess(program, UNLIKELY, True, np.random.default_rng(0))


class PooledSampler(BuiltinSampler):
    """The built-in sampler, with variations out of the pool instead of new ones."""

    def _guess(self, problem: Problem, number: int, family: int, *, right: bool) -> Attempt:
        base = self._right(problem, self._random("family", problem, family))
        random = self._random("text", problem, number)
        value = family if right else int(random.choice([n for n in range(100) if n != family]))
        text = guess_template(base).replace(f"= {UNLIKELY}\n", f"= {value}\n", 1)
        program = text.replace(f"!= {UNLIKELY}:", f"!= {family}:", 1)
        return Attempt(problem.id, number, program, program)

    def _right(self, problem: Problem, random: np.random.Generator) -> str:
        return pool(problem.id, True)[int(random.integers(POOL))]

    def _wrong(self, problem: Problem, random: np.random.Generator) -> str:
        return pool(problem.id, False)[int(random.integers(POOL))]


_read = functools.lru_cache(maxsize=1 << 16)(read_program)


@functools.lru_cache(maxsize=1 << 16)
def letters(problem_id: str, program: str, right: bool) -> str:
    """Which tests a program passes; the same for the same program."""
    cases = problem_called(problem_id).tests.cases  # type: ignore[union-attr]
    visible = np.array([case.visible for case in cases])
    if right:
        return "p" * len(cases)
    if program == by_heart(problem_id):
        return "".join("p" if each else "e" for each in visible)
    tests = generator(0, "tests", problem_id)
    ease = tests.normal(0.0, 1.5, len(cases)) + visible
    random = generator(0, "letters", problem_id, program)
    ability = -np.inf if random.random() < 1 / 3 else random.normal(-0.5, 1.5)
    passed = random.random(len(cases)) < expit(ability + ease)
    passed[int(random.integers(len(cases)))] = False
    return "".join("p" if each else "w" for each in passed)


def judged(problem: Problem, attempts: Iterable[Attempt], right: list[bool]) -> ProblemAttempts:
    """Attempts with the verdicts that were planted."""
    return ProblemAttempts(
        problem.id,
        tuple(
            (
                attempt,
                Verdict(
                    Status.PASSED if ok else Status.WRONG_ANSWER,
                    tests=letters(problem.id, attempt.program, ok),
                ),
            )
            for attempt, ok in zip(attempts, right, strict=True)
        ),
        problem,
    )


def drawn(settings: SamplerSettings) -> tuple[list[Part], Subject]:
    """A run as the detectors see it."""
    sampler = PooledSampler(settings)
    parts, rows = [], []
    for problem in problems():
        right = sampler.correctness(problem.id, ATTEMPTS, problem.category).tolist()
        seen = judged(problem, sampler.sample(problem, ATTEMPTS), right)
        parts.append(examine(seen, read=_read))
        rows += [
            Outcome(problem.id, i, _status(ok), None, None, None) for i, ok in enumerate(right)
        ]
    run = Run(1, "drawn", datetime.now(UTC), None, None, {})
    counts = tuple(
        ProblemCounts(each.id, each.category, each.difficulty, None, ATTEMPTS, {})
        for each in problems()
    )
    return parts, Subject(run, counts, from_rows(rows), lambda: iter(()))


def _status(right: bool) -> Status:
    return Status.PASSED if right else Status.WRONG_ANSWER


def integrity(settings: SamplerSettings) -> Claims:
    """What the detectors of ``passatk.analysis.integrity`` claim."""
    parts, subject = drawn(settings)
    report = conclude(parts, subject, seed=settings.seed, draws=DRAWS)
    by_name = {each.code.removeprefix("integrity."): each for each in report.findings}
    alone = {name: (by_name[name].p or 1.0) <= ALPHA for name in INTEGRITY}
    return {**alone, FAMILY: any(each.verdict == "found" for each in report.findings)}


def chance(settings: SamplerSettings) -> Claims:
    """Whether a test claims something where its own null hypothesis holds exactly.

    Games are planted, and what a test permutes is permuted beforehand: labels among different
    programs, the reference with a right attempt, the order of attempts, expected results among
    problems. On clean runs these tests have next to nothing to count; here they have plenty.
    """
    rng = np.random.default_rng(settings.seed)
    gamed = replace(settings, guessing=0.3, memorised=0.3, best_first=0.3, hard_coding=0.3)
    parts, _ = drawn(gamed)
    how: dict[str, Any] = {"level": 1 - ALPHA, "draws": DRAWS, "rng": rng}
    outputs = [parts[i].outputs for i in rng.permutation(len(parts))]
    exchanged = [replace(part, outputs=own) for part, own in zip(parts, outputs, strict=True)]
    said = {
        "near-duplicates": near_duplicates([_other_labels(part, rng) for part in parts], **how),
        "memorised": memorised([_other_reference(part, rng) for part in parts], **how),
        "order": sorted_attempts(
            [_taken(part, rng.permutation(part.n)) for part in parts], stopped=False, **how
        ),
        "test-answers": literals(exchanged, **how),
    }
    return {
        f"{name}, permuted": isinstance(each, Answer) and (each.finding.p or 1.0) <= ALPHA
        for name, each in said.items()
    }


def _taken(part: Part, order: Iterable[int]) -> Part:
    """Some attempts of a part in some order, numbered anew."""
    at = list(order)
    return replace(
        part,
        numbers=tuple(range(len(at))),
        passed=tuple(part.passed[i] for i in at),
        facts=tuple(part.facts[i] for i in at),
        letters=tuple(part.letters[i] for i in at),
    )


def _other_labels(part: Part, rng: np.random.Generator) -> Part:
    known = {facts.program: ok for facts, ok in zip(part.facts, part.passed, strict=True)}
    labels = dict(zip(known, rng.permutation(list(known.values())).tolist(), strict=True))
    return replace(part, passed=tuple(labels[facts.program] for facts in part.facts))


def _other_reference(part: Part, rng: np.random.Generator) -> Part:
    """Put one right attempt in the place of all references."""
    right = np.flatnonzero(part.passed)
    if not len(right):
        return part
    chosen = int(rng.choice(right))
    rest = _taken(part, [i for i in range(part.n) if i != chosen])
    return replace(rest, references=(part.facts[chosen],))


def outcomes(settings: SamplerSettings, n: int = ATTEMPTS) -> Outcomes:
    """Pass labels alone."""
    sampler = BuiltinSampler(settings)
    table = [sampler.correctness(each.id, n, each.category) for each in problems()]
    return Outcomes.from_matrix(np.array(table), problems=[each.id for each in problems()])


def order(settings: SamplerSettings) -> Claims:
    """What the tests of order claim."""
    rng = np.random.default_rng(settings.seed)
    report = order_tests(outcomes(settings), permutations=DRAWS, rng=rng)
    alone = {test.name: test.p is not None and test.p <= ALPHA for test in report.tests}
    return {**alone, "any of order": report.conclusion == "order effect"}


def feedback(settings: SamplerSettings) -> Claims:
    """Whether chains of four steps do better than as many attempts without feedback."""
    chained = BuiltinSampler(replace(settings, steps=STEPS, model="chained"))
    records: list[tuple[object, object, int, object]] = []
    for each in problems():
        plan = chained.plan(each.id, ATTEMPTS, each.category)
        assert plan.chain is not None
        assert plan.step is not None
        for chain, step, right in zip(plan.chain, plan.step, plan.right, strict=True):
            records.append((each.id, int(chain), int(step), bool(right)))
    alone = outcomes(replace(settings, feedback=0.0))
    lift = feedback_lift(Chains.from_records(records), alone, r=1, steps=STEPS, level=1 - 2 * ALPHA)
    return {"feedback lift": (lift.equal_attempts.low or 0.0) > 0}


def remembered(settings: SamplerSettings, strength: float) -> Claims:
    """Whether a run that knows a share of answers by heart falls on changed problems."""
    rng = np.random.default_rng(settings.seed)
    changed = outcomes(replace(settings, model="changed"))
    original = outcomes(settings)
    known = np.array(list(original.rows())) | (rng.random((len(original), ATTEMPTS)) < strength)
    drop = perturbed_drop(Outcomes.from_matrix(known, problems=original.problems), changed)
    return {"perturbed": (drop.finding.p or 1.0) <= ALPHA}


def dated(settings: SamplerSettings, *, seen: float = 0.0, harder: float = 0.0) -> bool:
    """Whether a drop at a cutoff is claimed; problems are dated at random, over two years.

    Args:
        seen: share of the problems up to the cutoff that are always solved.
        harder: chance that a pass is lost at the last day, in proportion before.
    """
    rng = np.random.default_rng(settings.seed)
    known = outcomes(settings)
    days = rng.integers(0, (LAST_DAY - FIRST_DAY).days + 1, len(known))
    kept = rng.binomial(known.c, 1.0 - harder * days / days.max())
    old = days <= (CUTOFF - FIRST_DAY).days
    c = np.where(old & (rng.random(len(known)) < seen), known.n, kept)
    parts = [
        Part(
            problem=name,
            numbers=tuple(range(n)),
            passed=tuple(i < passes for i in range(n)),
            facts=(),
            letters=("",) * n,
            visible=None,
            outputs=frozenset(),
            references=None,
            breaks=(),
            chained=False,
            missing=0,
            date=FIRST_DAY + timedelta(days=day),
        )
        for name, n, passes, day in zip(
            known.problems, known.n.tolist(), c.tolist(), days.tolist(), strict=True
        )
    ]
    strata = {each.id: (each.category, each.difficulty, None) for each in problems()}
    said = around_cutoff(parts, strata, CUTOFF, level=1 - ALPHA)
    return any(isinstance(each, Answer) and (each.finding.p or 1.0) <= ALPHA for each in said)


def claims(game: str, strength: float, seed: int) -> Claims:
    """What is claimed of one run."""
    base = SamplerSettings(skill=0.4, spread=0.4, duplication=0.2, chattiness=0.0, seed=seed)
    if game == "clean":
        return {
            **integrity(base),
            **order(base),
            **feedback(base),
            **remembered(base, 0.0),
        }
    if game == "chance":
        return chance(base)
    if game == "dated":
        return {"cutoff": dated(base), "cutoff, harder with date": dated(base, harder=0.5)}
    if game == "seen":
        return {"cutoff": dated(base, seen=strength)}
    if game == "remembered":
        return remembered(base, strength)
    planted: dict[str, Any] = {game: strength}
    settings = replace(base, **planted)
    if game == "drift":
        return order(settings)
    return feedback(settings) if game == "feedback" else integrity(settings)


def cells() -> list[tuple[str, float]]:
    """Clean runs in ten parts, so that a study can go on, and every game at every strength."""
    clean = [(game, float(part)) for game in CLEAN for part in range(10)]
    return clean + [(game, each) for game, (strengths, _) in GAMES.items() for each in strengths]


Row = tuple[str, float, str, int, int]


def run(cell: tuple[str, float], reps: int) -> list[Row]:
    """Claims of each detector over the runs of one cell."""
    game, strength = cell
    first = zlib.crc32(repr(cell).encode())
    counted: dict[str, int] = {}
    for rep in range(reps):
        for detector, claimed in claims(game, strength, first + rep).items():
            counted[detector] = counted.get(detector, 0) + claimed
    return [(game, strength, detector, reps, count) for detector, count in counted.items()]


def tables(rows: Iterable[Row]) -> Iterator[str]:
    """The runs with nothing to find, and the power of each detector, as Markdown."""
    done = list(rows)
    clean: dict[str, list[int]] = {}
    for game, _, detector, reps, count in done:
        if game in CLEAN:
            total = clean.setdefault(detector, [0, 0])
            total[0] += reps
            total[1] += count
    yield "| detector | runs | claims | rate |"
    yield "|---|---|---|---|"
    for detector, (reps, count) in clean.items():
        yield f"| {detector} | {reps} | {count} | {count / reps:.1%} |"
    yield ""
    yield "| game | detector | power at each strength |"
    yield "|---|---|---|"
    found = {
        (game, strength, detector): count / reps for game, strength, detector, reps, count in done
    }
    for game, (strengths, detectors) in GAMES.items():
        for detector in detectors:
            points = [
                f"{strength:g}: {found[game, strength, detector]:.0%}"
                for strength in strengths
                if (game, strength, detector) in found
            ]
            if points:
                yield f"| {game} | {detector} | {', '.join(points)} |"


def read(out: Path) -> list[Row]:
    with out.open(newline="") as file:
        return [
            (
                row["game"],
                float(row["strength"]),
                row["detector"],
                int(row["reps"]),
                int(row["claims"]),
            )
            for row in csv.DictReader(file)
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--clean", type=int, default=1000, help="clean runs")
    parser.add_argument("--reps", type=int, default=100, help="runs of each game and strength")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="games whose name holds this text")
    parser.add_argument("--out", type=Path, default=Path("detector_study.csv"))
    options = parser.parse_args()
    if not options.out.exists():
        options.out.write_text("game,strength,detector,reps,claims\n")
    done = {(game, strength) for game, strength, *_ in read(options.out)}
    todo = [cell for cell in cells() if options.only in cell[0] and cell not in done]
    print(f"{len(todo)} cells to run, {len(done)} done before", flush=True)
    runs_of = dict.fromkeys(GAMES, options.reps)
    # Permuting games takes longer, and answers a smaller question.
    runs_of |= dict.fromkeys(CLEAN, options.clean // 10) | {"chance": options.clean * 3 // 100}
    with ProcessPoolExecutor(options.jobs) as workers:
        futures = [workers.submit(run, cell, runs_of[cell[0]]) for cell in todo]
        for future in as_completed(futures):
            with options.out.open("a", newline="") as file:
                csv.writer(file).writerows(future.result())
            game, strength, *_ = future.result()[0]
            print(f"{game} {strength:g} done", flush=True)
    print("\n".join(tables(read(options.out))))


if __name__ == "__main__":
    main()
