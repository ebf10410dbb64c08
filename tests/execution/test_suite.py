"""Tests written as code: one letter a test, and never another verdict than plain Python's."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.execution.inside import suite


def run(
    tests: str, candidate: Callable[..., Any] | None = None, prelude: str = ""
) -> suite.Recorder:
    """Run ``check`` of some test code against a candidate, in this process."""
    return run_suite(suite.Suite(prelude, textwrap.dedent(tests), "check", [], "f"), candidate)


def run_suite(tests: suite.Suite, candidate: Callable[..., Any] | None = None) -> suite.Recorder:
    recorder = suite.Recorder(lambda error: isinstance(error, CandidateError))

    def names(namespace: dict[str, Any], _names: set[str]) -> None:
        namespace["f"] = candidate or (lambda x: x)

    tests.run({"__name__": "tests"}, recorder, names)
    return recorder


class CandidateError(Exception):
    """What the candidate of these tests raises."""


def failing(_value: Any) -> Any:
    raise CandidateError("it fails")


def letters(tests: str, candidate: Callable[..., Any] | None = None) -> str:
    return "".join(run(tests, candidate).letters)


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ("def check(f):\n    assert f(1) == 1\n    assert f(2) == 1\n    assert f(3) == 3", "pwp"),
        ("def check(f):\n    for x in range(4):\n        assert f(x) != 2", "ppwp"),
        ("def check(f):\n    for x in ():\n        pass\n    else:\n        assert f(1)", "p"),
        ("def check(f):\n    x = 3\n    while x:\n        x -= 1\n        assert f(x) != 1", "pwp"),
        ("def check(f):\n    if f(0):\n        assert 0\n    elif f(1):\n        assert f(2)", "p"),
        ("def check(f):\n    if f(0):\n        pass\n    else:\n        assert f(0), 'no'", "w"),
        ("def check(f):\n    with open(__import__('os').devnull):\n        assert f(0)", "w"),
        (
            "def check(f):\n    try:\n        assert f(0)\n    except AssertionError: pass\n"
            "    assert f(1)",
            "pp",
        ),
        (
            "def same(a, b):\n    assert a == b\n"
            "def check(f):\n    same(f(1), 1)\n    same(f(1), 2)\n    same(f(3), 3)",
            "pwp",
        ),
        (
            "def check(f):\n    def same(a, b):\n        assert a == b\n    same(f(1), 1)\n"
            "    same(f(1), 2)",
            "w",
        ),
        ("def check(f):\n    f(1)", "p"),
        ("def check(f):\n    f(1)\n    raise ValueError", "w"),
        ("def check(f):\n    assert f(1)\n    raise ValueError", "pw"),
        ("def check(f):\n    assert f(1)\n    return\n    assert 0", "p"),
        (
            "def check(f):\n    for x in (0, 1):\n        if x: break\n        assert x",
            "w",
        ),
        ("def check(f):\n    pass", "p"),
    ],
    ids=[
        "statements",
        "for",
        "for-else",
        "while",
        "if-elif",
        "if-else",
        "with",
        "try",
        "helper",
        "nested-helper",
        "without-assertion",
        "without-assertion-failing",
        "error-after-an-assertion",
        "return",
        "break",
        "nothing",
    ],
)
def test_every_assertion_is_a_test(tests: str, expected: str) -> None:
    """In loops, branches, with, try and through helpers; a test without one is a test as well."""
    assert expected == letters(tests)


def test_an_error_of_the_program_is_told_from_a_wrong_answer() -> None:
    """Who raised the exception decides the letter."""
    tests = "def check(f):\n    assert f(1) == 1\n    assert [][1]\n    assert 1 == 1"
    assert "ewp" == letters(tests, failing)


def test_what_may_swallow_an_exception_sees_it() -> None:
    """``with suppress`` and ``try`` behave as they do in plain Python."""
    tests = """
        import contextlib
        def check(f):
            with contextlib.suppress(Exception):
                assert f(1) is None
                assert 0
            try:
                assert f(2)
                assert 0, "not reached"
            except Exception as error:
                assert "it fails" in str(error)
    """
    assert "pp" == letters(tests, failing)


def test_the_first_failure_is_kept_with_its_source() -> None:
    """On one line, with the exception, whatever comes later."""
    tests = """
        def check(f):
            assert f(1)
            assert f(
                0
            ), "zero"
            assert f(0), "later"
    """
    recorder = run(tests)
    assert recorder.failure is not None
    label, error, _result = recorder.failure
    assert ('assert f( 0 ), "zero"', "zero") == (label, str(error))


def test_cases_run_one_by_one() -> None:
    """Each block is a test, or as many as it asserts; names of one are there for the next."""
    cases = ["x = f(3)", "assert x == 3\nassert x == 4", "for y in (1, 2):\n    assert f(y) == y"]
    tests = suite.Suite("", "start = 1", None, cases, "f")
    recorder = run_suite(tests)
    assert "ppwpp" == "".join(recorder.letters)
    assert recorder.failure is not None
    assert "assert x == 4" == recorder.failure[0]


def test_a_failing_case_without_assertion_is_named_by_its_text() -> None:
    """All of the block is its label."""
    recorder = run_suite(suite.Suite("", "", None, ["f(1)\nf(2)"], "f"), failing)
    assert recorder.failure is not None
    assert ("f(1)\nf(2)", ["e"]) == (recorder.failure[0], recorder.letters)


@pytest.mark.parametrize(
    ("prelude", "setup", "check"),
    [
        ("1 / 0", "def check(f): pass", "check"),
        ("", "import no_such_module\ndef check(f): pass", "check"),
        ("", "exit()", None),
        ("", "def other(f): pass", "check"),
    ],
    ids=["prelude", "import", "exit", "no-check"],
)
def test_broken_tests_are_nobodys_failure(prelude: str, setup: str, check: str | None) -> None:
    """What fails before the first test says nothing of the program."""
    with pytest.raises(suite.BrokenTests):
        run_suite(suite.Suite(prelude, setup, check, ["assert f(1)"], "f"))


def test_stop_ends_the_suite() -> None:
    """A program that is gone leaves the rest of the tests alone: not even ``except`` keeps them."""

    def gone(value: int) -> int:
        if value > 1:
            raise suite.Stop
        return value

    recorder = suite.Recorder(lambda error: False)
    tests = suite.Suite(
        "", "", None, ["assert f(1)", "try: assert f(2)\nfinally: pass", "f(1)"], "f"
    )
    with pytest.raises(suite.Stop):
        tests.run({}, recorder, lambda namespace, names: namespace.update(f=gone))
    assert ["p"] == recorder.letters


@pytest.mark.parametrize("code", ["assert f(1) = 1", "def check(f:"])
def test_tests_that_do_not_compile_are_noticed_at_once(code: str) -> None:
    """Before any program is judged."""
    with pytest.raises(SyntaxError):
        suite.Suite("", "", None, [code], "f")


@pytest.mark.parametrize(
    ("most", "failing_at", "expected"),
    [(3, None, "ppp"), (3, 1, "pwp"), (3, 2, "ppw"), (3, 7, "ppw"), (10, 7, "pppppppwpp")],
)
def test_the_last_letter_stands_for_all_further_tests(
    most: int, failing_at: int | None, expected: str
) -> None:
    """However many tests there are, none that fails goes unnoticed."""
    recorder = suite.Recorder(lambda error: False, most)
    for number in range(10):
        if number == failing_at:
            recorder.failed("here", AssertionError())
        else:
            recorder.passed()
    assert (expected, 10) == ("".join(recorder.letters), recorder.count)


@pytest.mark.parametrize(
    ("tests", "names"),
    [
        ("def check(c):\n    assert f(g(1)) == len([2])", {"f", "g"}),
        ("import math\ndef check(c):\n    x = math.pi\n    assert f(x)", {"f"}),
        ("from os import path as p\nclass A: pass\ndef check(c): return p, A, h", {"h"}),
        ("def check(c):\n    try: f()\n    except ValueError as e: print(e)", {"f"}),
        ("def check(c):\n    return [f(x) for x in y]", {"f", "y"}),
    ],
)
def test_names_taken_from_the_program(tests: str, names: set[str]) -> None:
    """What the test code uses and neither defines itself nor finds in Python."""
    assert names == suite.Suite("", tests, "check", [], "f").names


@pytest.mark.parametrize(
    ("tests", "shared"),
    [
        ("def check(c):\n    assert f(1) == 1", False),
        ("def check(c):\n    assert isinstance(f(1), Node)", True),
        ("def check(c):\n    assert isinstance(f(1), (int, Node))", True),
        ("def check(c):\n    assert isinstance(f(1), int)", False),
        ("class Mine(Node): pass\ndef check(c): pass", True),
        ("def check(c):\n    assert Node.build(1)", True),
        ("def check(c):\n    assert TABLE[1] == 2", True),
        ("def check(c):\n    try: f(1)\n    except Own: pass", True),
        ("def check(c):\n    try: f(1)\n    except (ValueError, Own): pass", True),
        ("def check(c):\n    try: f(1)\n    except ValueError: pass", False),
        ("def check(c):\n    assert Known(1).x", False),
        ("def check(c):\n    assert Known.x", False),
        ("import math\ndef check(c):\n    assert math.pi", False),
        ("def check(c):\n    assert f(1).real", False),
    ],
)
def test_names_used_as_more_than_a_function_need_a_shared_process(tests: str, shared: bool) -> None:
    """A class to inherit from, to catch or to reach into cannot be stood in for."""
    assert shared == suite.Suite("", tests, "check", [], "f").needs_shared_process({"Known"})


def test_short_cuts_and_never_raises() -> None:
    """A line of a report stays a line, whatever the value."""

    class Mute:
        def __repr__(self) -> str:
            raise ValueError

    assert "[1, 2]" == suite.short([1, 2])
    assert "'xxx... (502 characters)" == suite.short("x" * 500, 4)
    assert "<Mute without a repr: ValueError>" == suite.short(Mute())


# Simple tests, at random: statements over candidate, helper and local names. Any of them may hold
# or fail, raise in the candidate or in the test itself.
_CALL = st.builds("f({})".format, st.integers(-2, 3))
_CONDITION = st.builds(
    "{} {} {}".format, _CALL, st.sampled_from(["==", "!=", "<"]), st.integers(-2, 3)
)
_SIMPLE = (
    st.builds("assert {}".format, _CONDITION)
    | st.builds("assert {}, 'message'".format, _CONDITION)
    | st.builds("same({}, {})".format, _CALL, st.integers(-2, 3))
    | st.builds("y = {}".format, _CALL)
    | st.just("pass")
    | st.just("assert [1][y]")
    | st.just("raise ValueError('the tests own')")
)


def _block(head: str, body: list[str], rest: str = "") -> str:
    return f"{head}\n{textwrap.indent(chr(10).join(body), '    ')}{rest}"


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bodies = st.lists(inner, min_size=1, max_size=3)
    caught = st.sampled_from(
        ["Exception", "AssertionError", "ValueError", "(KeyError, IndexError)"]
    )
    return (
        st.builds(lambda n, b: _block(f"for y in range({n}):", b), st.integers(0, 2), bodies)
        | st.builds(lambda c, b: _block(f"if {c}:", b), _CONDITION, bodies)
        | st.builds(
            lambda c, a, b: _block(f"if {c}:", a, _block("\nelse:", b)), _CONDITION, bodies, bodies
        )
        | st.builds(lambda e, b: _block(f"with suppress({e}):", b), caught, bodies)
        | st.builds(
            lambda e, a, b: _block("try:", a, _block(f"\nexcept {e}:", b)), caught, bodies, bodies
        )
        | st.builds(lambda b: _block("for y in (1, 2):", [*b, "break"]), bodies)
    )


_STATEMENTS = st.lists(st.recursive(_SIMPLE, _blocks, max_leaves=6), min_size=1, max_size=5)
_SETUP = """
from contextlib import suppress
y = 0
def same(a, b):
    assert a == b, "not the same"
"""


def _candidate(value: int) -> int:
    if value < 0:
        raise CandidateError(value)
    return value % 3


def _passes_plainly(code: str, call_check: bool) -> bool:
    namespace: dict[str, Any] = {"f": _candidate}
    try:
        exec(code, namespace)
        if call_check:
            namespace["check"](_candidate)
    except Exception:
        return False
    return True


@settings(max_examples=200)
@given(_STATEMENTS)
def test_passing_means_what_it_means_in_plain_python(statements: list[str]) -> None:
    """Guarded one by one, tests pass exactly where the same code runs through."""
    body = "\n".join(["y = 0", *statements])
    function = _SETUP + _block("def check(f):", [body])
    plainly = _passes_plainly(function, True)
    assert plainly == (set(run(function, _candidate).letters) == {"p"})
    plainly = _passes_plainly(_SETUP + body, False)
    found = run_suite(suite.Suite("", _SETUP, None, [body], "f"), _candidate)
    assert plainly == (set(found.letters) == {"p"})
