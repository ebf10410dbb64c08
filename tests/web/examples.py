"""A small store for the view: runs to compare, one that is half judged, and a poisoned one."""

from __future__ import annotations

from collections.abc import Iterator

from passatk.records import Attempt, Benchmark, CodeTests, Problem, Status, Trust, Verdict
from passatk.store import Run, Store

POISON = (
    "\x00 \x1b[2J \x9b2J \u202eevil \u2028 \ud800 <script>alert(1)</script>"
    "<img src=x onerror=alert(2)> &amp; {{ 7 * 7 }} \"'`"
)
"""Every class of text that is made to harm whoever looks at it."""
OBEYED = "\x00\x1b\x9b\u202e\u2028\ud800"
POISONED_RUN = '<script>alert("run")</script>'
POISONED_PROBLEM = "<b onclick=alert(3)>p</b>/\u202e1 & \"'#?%"
CATEGORIES = ("graphs", "strings")
PROBLEMS = 12
ATTEMPTS = 10


def benchmark() -> Benchmark:
    problems = [
        Problem(
            f"task/{number}",
            f"def f{number}(n):\n    ...\n",
            CodeTests(),
            title=f"The task number {number}",
            category=CATEGORIES[number % 2],
            difficulty=("easy", "hard")[number % 3 == 0],
        )
        for number in range(PROBLEMS)
    ]
    return Benchmark("tasks", {each.id: each for each in problems}, "0123456789abcdef")


def attempt(problem: int, number: int) -> Attempt:
    """Attempts 0 and 5 at a problem are the same program."""
    body = f"def f{problem}(n):\n    # a comment\n    return n + {number % 5}\n"
    return Attempt(f"task/{problem}", number, body, body)


def verdict(problem: int, number: int, skill: int) -> Verdict:
    """The higher the skill (0 to 10), the more attempts pass; the first problem is never solved."""
    if problem and (problem * 7 + number * 3) % 10 < skill:
        return Verdict(Status.PASSED, tests="ppp", cpu_seconds=0.01, wall_seconds=0.02)
    failures = [each for each in Status if each is not Status.PASSED]
    status = failures[(problem + number) % 7]
    return Verdict(status, tests="pwl", detail=f"f{problem}({number}): expected 1", output="seen\n")


def results(skill: int) -> Iterator[tuple[Attempt, Verdict]]:
    for problem in range(PROBLEMS):
        for number in range(ATTEMPTS):
            yield attempt(problem, number), verdict(problem, number % 5, skill)


def fill(store: Store) -> None:
    """Runs "weak", "strong" and "middle", "half" which is half judged, and the poisoned one."""
    for name, skill in (("weak", 3), ("strong", 6), ("middle", 4)):
        store.import_run(name, {"settings": {"seed": 1}}, benchmark(), results(skill))
    store.annotate(store.run("strong"), tags=["july", "tuned"], note="After tuning.")
    half = store.begin_run("half", benchmark(), {"settings": {}}, [a for a, _ in results(0)])
    judge(store, half, PROBLEMS // 2)
    manifest = {"settings": {"isolation": POISON}, "source": {POISON: POISON}}
    store.import_run(POISONED_RUN, manifest, None, poisoned())


def judge(store: Store, run: Run, problems: int) -> None:
    """File the verdicts of the first problems of a run."""
    names = {f"task/{each}": each for each in range(problems)}
    found = []
    for pending in store.pending(run):
        if pending.problem in names:
            number = int(pending.program.rstrip()[-1])
            judged = verdict(names[pending.problem], number, 6)
            found.append((pending.problem, pending.program_id, judged))
    store.record(run, found)


def poisoned() -> Iterator[tuple[Attempt, Verdict]]:
    bad = Verdict(Status.RUNTIME_ERROR, Trust.IMPORTED, tests="pwel-", detail=POISON, output=POISON)
    for number in range(2):
        program = f"# {POISON}\nprint({number})\n'''\n</script>{POISON}"
        extra = {"<i>note</i>": POISON, "list": [POISON]}
        yield Attempt(POISONED_PROBLEM, number, program, program, extra=extra), bad
    huge = "x = [\n" + "0,\n" * 3_400_000 + "]\n"
    yield Attempt(POISONED_PROBLEM, 2, huge, huge), bad
    line = "<b>" * 100_000
    yield Attempt(POISONED_PROBLEM, 3, line, line), bad
