"""Tests written as code, turned into one result a test.

A test function such as ``check(candidate)`` stops at its first failing assertion, so all it tells
is pass or fail. Here every assertion of it runs under a guard of its own, which records the result
and lets the next one run. The same suite runs in the judge, with stand-ins for the program's
functions, and (where a problem's tests cannot be told apart from the program) in the program's own
process.
"""

from __future__ import annotations

import ast
import builtins
from typing import Any, Callable, Container

PASSED, WRONG, ERROR, LIMIT, NOT_RUN = "pwel-"
MAX_RECORDED = 10_000
_GUARD = "__passatk_guard__"
_BLOCKS = (ast.For, ast.While, ast.If)
_CATCHING = (ast.With, ast.Try)  # what may swallow an exception has to see it: one test as a whole


class Stop(BaseException):
    """Ends a suite early: there is nothing left to test. Tests cannot swallow it unnoticed."""


class BrokenTests(Exception):
    """The tests' own code fails before it says anything about a program."""


class Recorder:
    """Collects one letter a test and a line about the first failure.

    ``from_candidate`` tells whether an exception was raised by the program (an error) or by the
    test on what the program returned (a wrong answer). Beyond ``most`` tests the last letter
    stands for all further ones: it fails as soon as one of them does.
    """

    def __init__(
        self, from_candidate: Callable[[BaseException], bool], most: int = MAX_RECORDED
    ) -> None:
        self.letters: list[str] = []
        self.failure: tuple[str, BaseException, tuple[Any] | None] | None = None
        self.last_result: tuple[Any] | None = None
        self._from_candidate = from_candidate
        self._most = most
        self.count = 0

    def passed(self) -> None:
        self._record(PASSED)

    def failed(self, label: str, error: BaseException) -> None:
        if self.failure is None:
            self.failure = (label, error, self.last_result)
        self._record(ERROR if self._from_candidate(error) else WRONG)

    def _record(self, letter: str) -> None:
        self.count += 1
        if len(self.letters) < self._most:
            self.letters.append(letter)
        elif self.letters[-1] == PASSED:  # the last letter stands for all that are left
            self.letters[-1] = letter


def short(value: Any, limit: int = 200) -> str:
    """``repr`` of plain data, cut to ``limit`` characters."""
    try:
        text = repr(value)
    except Exception as error:
        text = "<%s without a repr: %s>" % (type(value).__name__, type(error).__name__)
    return text if len(text) <= limit else "%s... (%d characters)" % (text[:limit], len(text))


class Suite:
    """The tests of one problem, compiled once.

    Args:
        prelude: code that runs first; names it defines are the problem's own (empty: none).
        setup: test code that runs next.
        check: the function of ``setup`` that takes the candidate, or None.
        cases: test blocks, each run as a test, when there is no ``check``.
        entry_point: the name of the function under test.

    Raises SyntaxError when the test code itself does not compile.
    """

    def __init__(
        self, prelude: str, setup: str, check: str | None, cases: list[str], entry_point: str
    ) -> None:
        self.check = check
        self.entry_point = entry_point
        self.prelude = compile(prelude, "<prompt>", "exec")
        setup_tree = ast.parse(setup)
        asserting = _asserting_functions(setup_tree, check)
        self._sources: list[tuple[str, ast.stmt]] = []
        trees = [setup_tree]
        if check is not None:
            for node in setup_tree.body:
                if isinstance(node, ast.FunctionDef) and node.name == check:
                    node.body = self._guarded(node.body, asserting, setup)
        for case in cases:
            tree = ast.parse(case)
            tree.body = self._guarded(tree.body, asserting, case)
            trees.append(tree)
        self._case_texts = cases
        self.names, self._structural = _names_used(trees)
        self.setup = compile(ast.fix_missing_locations(setup_tree), "<tests>", "exec")
        self.cases = [
            compile(ast.fix_missing_locations(tree), "<test %d>" % i, "exec")
            for i, tree in enumerate(trees[1:], 1)
        ]

    def _guarded(self, body: list[ast.stmt], asserting: set[str], text: str) -> list[ast.stmt]:
        result: list[ast.stmt] = []
        for node in body:
            if isinstance(node, _BLOCKS):
                node.body = self._guarded(node.body, asserting, text)
                node.orelse = self._guarded(node.orelse, asserting, text)
            elif _is_test(node, asserting):
                index = ast.Constant(value=len(self._sources), kind=None)
                self._sources.append((text, node))
                guard = ast.Call(ast.Name(_GUARD, ast.Load()), [index], [])
                wrapped = ast.With(items=[ast.withitem(guard, None)], body=[node])
                result.append(ast.copy_location(wrapped, node))
                continue
            result.append(node)
        return result

    def needs_shared_process(self, defined: set[str]) -> bool:
        """Whether tests use a name of the program as more than a function to call.

        ``defined`` are the names that the prelude gives. A class that tests inherit from, check
        with ``isinstance`` or reach into with a dot cannot be replaced by a stand-in.
        """
        return bool((self._structural & self.names) - defined - {self.check})

    def run(
        self,
        namespace: dict[str, Any],
        recorder: Recorder,
        candidate_names: Callable[[dict[str, Any], set[str]], None],
    ) -> None:
        """Run all tests in ``namespace`` and record them.

        ``candidate_names(namespace, names)`` puts the program's functions (or stand-ins for them)
        into the namespace, once the names the tests use are known. Raises Stop, and BrokenTests
        when what comes before the first test fails.
        """
        namespace[_GUARD] = lambda index: _Guard(recorder, lambda: self._label(index))
        try:
            exec(self.prelude, namespace)
            candidate_names(namespace, self.names)
            exec(self.setup, namespace)
            if self.check is not None and self.check not in namespace:
                raise NameError("the tests define no %s" % self.check)
        except Stop:
            raise
        except BaseException as error:
            raise BrokenTests("%s: %s" % (type(error).__name__, error)) from error
        if self.check is not None:
            check, candidate = namespace[self.check], namespace.get(self.entry_point)
            self._test(recorder, self.check, lambda: check(candidate))
        for code, text in zip(self.cases, self._case_texts):
            self._test(recorder, text.strip(), _executor(code, namespace))

    def _label(self, index: int) -> str:
        text, node = self._sources[index]
        return " ".join((ast.get_source_segment(text, node) or "").split())[:500]

    @staticmethod
    def _test(recorder: Recorder, label: str, run: Callable[[], None]) -> None:
        before = recorder.count
        try:
            run()
        except Stop:
            raise
        except BaseException as error:  # whatever a test raises is a result
            recorder.failed(label, error)
        else:
            if recorder.count == before:  # a test without an assertion of its own
                recorder.passed()


class _Guard:
    __slots__ = ("_label", "_recorder")

    def __init__(self, recorder: Recorder, label: Callable[[], str]) -> None:
        self._recorder = recorder
        self._label = label

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        if error is None:
            self._recorder.passed()
        elif isinstance(error, Stop):
            return False
        else:
            self._recorder.failed(self._label(), error)
        return True


def _executor(code: Any, namespace: dict[str, Any]) -> Callable[[], None]:
    return lambda: exec(code, namespace)


def _is_test(node: ast.stmt, asserting: set[str]) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if isinstance(node, _CATCHING):
        return _asserts(node)
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    return _calls(node.value, asserting)


def _calls(node: ast.Call, names: Container[str]) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id in names


def _asserting_functions(tree: ast.Module, check: str | None) -> set[str]:
    """Functions of the test code whose call is a test: those that assert something."""
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name != check and _asserts(node)
    }


def _asserts(node: ast.stmt) -> bool:
    return any(isinstance(inner, ast.Assert) for inner in ast.walk(node))


def _names_used(trees: list[ast.Module]) -> tuple[set[str], set[str]]:
    """Names that the test code takes from outside, and those it uses as more than a function."""
    loaded: set[str] = set()
    bound: set[str] = set(dir(builtins)) | {_GUARD}
    structural: set[str] = set()

    def structure(*nodes: ast.AST | None) -> None:
        for node in nodes:
            if isinstance(node, ast.Tuple):
                structure(*node.elts)
            elif isinstance(node, ast.Name):
                structural.add(node.id)

    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
            elif isinstance(node, ast.arg):
                bound.add(node.arg)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                bound.add(node.name)
            elif isinstance(node, ast.ClassDef):
                bound.add(node.name)
                structure(*node.bases)
            elif isinstance(node, ast.alias):
                bound.add((node.asname or node.name).split(".")[0])
            elif isinstance(node, ast.ExceptHandler):
                if node.name:
                    bound.add(node.name)
                structure(node.type)
            elif isinstance(node, (ast.Attribute, ast.Subscript)):
                structure(node.value)
            elif isinstance(node, ast.Call) and _calls(node, ("isinstance", "issubclass")):
                structure(*node.args[1:])
    return loaded - bound, structural
