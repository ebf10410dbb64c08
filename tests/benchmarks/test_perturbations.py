"""Variants of problems: what changes, what stays, and that they mean the same."""

from __future__ import annotations

import pytest

from passatk import benchmarks
from passatk.benchmarks import perturb
from passatk.benchmarks.perturbations import WAYS, remove_examples, rename, reorder, reword_layout
from passatk.errors import DataError, IsolationError
from passatk.execution.calibration import calibrate
from passatk.execution.limits import LimitPolicy
from passatk.execution.pool import Pool, Settings
from passatk.execution.sandbox import check_strict, interpreter
from passatk.records import CallCase, CallTests, CodeCase, CodeTests, Problem, Solution

PROMPT = '''import math
LIMIT = 10
NAMES = ("a", "b")


def clip(value, floor, is_open):
    """Clip a value, which is a number, to `floor` from below,
    and do so in a way that is described over several lines of prose
    so that there is something to lay out anew.

    >>> clip(1, 2, True)
    2
    >>> clip(3, 2, False)
    3
    """
'''
CLIP = Problem(
    "own/clip",
    PROMPT,
    CallTests((CallCase((1, 2, True), 2, visible=True), CallCase((5, 2, True), 5))),
    "clip",
    references=(Solution("max", "def clip(v, f, o):\n    return max(v, f)  # clip\n"),),
    wrong=(Solution("min", "def clip(v, f, o):\n    return min(v, f)\n"),),
)


def test_renaming() -> None:
    """Function and parameters have other names wherever they stand for code."""
    new = rename(CLIP)
    assert "solve" == new.entry_point
    # ``value`` is a word of the description, so it stays.
    assert "def solve(value, second, third):" in new.prompt
    assert "to `second` from below" in new.prompt
    assert ">>> solve(1, 2, True)" in new.prompt
    assert "clip" not in new.prompt
    assert "def solve(v, f, o):\n    return max(v, f)  # clip\n" == new.references[0].code
    assert (CLIP.id, CLIP.tests) == (new.id, new.tests)


def test_renaming_in_tests_that_are_code() -> None:
    """Tests call the new name; strings stay."""
    tests = CodeTests(setup="X = 'clip'\n", cases=(CodeCase("assert clip(1, 2, 0) == 2"),))
    new = rename(Problem("p", PROMPT, tests, "clip"))
    assert CodeTests("X = 'clip'\n", None, (CodeCase("assert solve(1, 2, 0) == 2"),)) == new.tests


def test_removing_examples() -> None:
    """No example is left, and the prompt is Python still."""
    new = remove_examples(CLIP)
    assert ">>>" not in new.prompt
    assert new.prompt.endswith('anew.\n    """\n')
    compile(new.prompt, "", "exec")


def test_another_layout() -> None:
    """The words are the same, in other lines."""
    new = reword_layout(CLIP)
    assert CLIP.prompt.split() == new.prompt.split()
    assert CLIP.prompt != new.prompt


def test_another_order() -> None:
    """Constants and examples stand in reverse."""
    new = reorder(CLIP)
    assert new.prompt.startswith('NAMES = ("a", "b")\nLIMIT = 10\nimport math\n')
    assert new.prompt.index("clip(3, 2, False)") < new.prompt.index("clip(1, 2, True)")
    assert sorted(CLIP.prompt.splitlines()) == sorted(new.prompt.splitlines())


def test_constants_that_need_each_other_stay() -> None:
    """An order that matters is kept."""
    prompt = "A = 1\nB = A + 1\n\n\ndef f(n):\n    pass\n"
    assert prompt == reorder(Problem("p", prompt, CLIP.tests, "f")).prompt


def test_unknown_ways() -> None:
    """There are only so many."""
    with pytest.raises(DataError, match="no such way"):
        perturb(benchmarks.load("builtin"), ["shouted"])


@pytest.mark.parametrize("way", WAYS)
def test_variants_of_the_builtin_problems(way: str) -> None:
    """Ids and order stay, most functions change, and all references still pass in the sandbox."""
    before = benchmarks.load("builtin")
    after = perturb(before, [way])
    assert list(before.problems) == list(after.problems)
    assert f"builtin+{way}" == after.name
    changed = [each for name, each in after.problems.items() if each != before.problems[name]]
    assert len(changed) >= 20
    assert before.hash != after.hash
    try:
        check_strict(interpreter())
    except IsolationError as error:
        pytest.skip(f"strict isolation does not work here: {error}")
    with Pool(Settings(interpreter())) as pool:
        checked = calibrate(pool, changed, LimitPolicy())
    assert {} == {name: each.warning for name, each in checked.items() if each.warning}
