"""Normal forms: what counts as the same program, and texts that are none."""

import ast
import gzip
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.analysis.diversity import examine
from passatk.analysis.programs import normal_form
from passatk.analysis.programs.normal import MAX_BYTES, MAX_NODES
from passatk.analysis.subject import ProblemAttempts
from passatk.errors import MissingExtra
from passatk.records import Attempt, Problem, Status, StreamCase, StreamTests, Verdict

DATA = Path(__file__).parents[4] / "shared/data/humaneval"

PROGRAM = '''
import math

def area(radius, exact=True):
    """The area."""
    # of a circle
    pi = math.pi if exact else 3
    return pi * radius ** 2
'''


@pytest.mark.parametrize(
    "same",
    [
        PROGRAM.replace("radius", "r").replace("pi =", "p =").replace("return pi", "return p"),
        PROGRAM.replace('"""The area."""', "'''Another text'''\n    \"and one more\""),
        PROGRAM.replace("    # of a circle\n", ""),
        PROGRAM.replace("pi * radius ** 2", "(pi *\n        (radius ** 2))"),
        PROGRAM.replace("    ", "  "),
        PROGRAM.replace("area", "surface"),
        PROGRAM.replace(" if exact", "  if  exact") + "\n\n# the end\n",
    ],
)
def test_what_does_not_count(same: str) -> None:
    """Names that the program binds, docstrings, comments, parentheses, layout."""
    assert same != PROGRAM
    assert normal_form(PROGRAM).normal == normal_form(same).normal


@pytest.mark.parametrize(
    "other",
    [
        PROGRAM.replace("math.pi", "math.e"),
        PROGRAM.replace("else 3", "else 4"),
        PROGRAM.replace("* radius", "+ radius"),
        PROGRAM.replace("radius, exact", "exact, radius"),
        PROGRAM.replace("return ", ""),
        PROGRAM.replace("radius ** 2", "abs(radius) ** 2"),
        PROGRAM.replace("radius ** 2", "len(radius) ** 2"),
        PROGRAM.replace("import math", "import cmath as math"),
    ],
)
def test_what_counts(other: str) -> None:
    """Attributes, literals, operators, order, builtins, modules."""
    assert normal_form(PROGRAM).normal != normal_form(other).normal


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'a'", 'x = "a"'),
        ("return a, b", "return (a, b)"),
        ("for i, j in p: f(i, j)", "for (k, v) in p: f(k, v)"),
        ("f = lambda a, *b, c=1, **d: a", "g = lambda p, *q, r=1, **s: p"),
        ("[u for u in x if (w := u)]", "[v for v in x if (z := v)]"),
        ("with f() as g: g()", "with f() as h: h()"),
        ("try: pass\nexcept E as e: e", "try: pass\nexcept E as x: x"),
        ("import numpy as np\nnp.sum", "import numpy as n\nn.sum"),
    ],
)
def test_spellings_of_one_program(one: str, other: str) -> None:
    """Quotes, tuples, and every place that binds a name."""
    assert normal_form(one).normal == normal_form(other).normal


def test_shape_and_tokens_know_less() -> None:
    """The shape is blind to literals and names; fingerprints to names that are bound."""
    other = PROGRAM.replace("else 3", "else 4")
    renamed = PROGRAM.replace("radius", "r")
    assert normal_form(PROGRAM).shape == normal_form(other).shape
    assert normal_form(PROGRAM).prints.tolist() == normal_form(renamed).prints.tolist()
    assert normal_form(PROGRAM).prints.tolist() != normal_form(other).prints.tolist()


def test_javascript() -> None:
    """Another language is another row of the table."""
    one = "function f(a, b) { const s = a + b; // sum\n return s; }"
    same = "function g(x, y) {\n const t = (x + y);\n return t; }"
    other = "function g(x, y) { const t = x - y; return t; }"
    forms = [normal_form(each, "javascript") for each in (one, same, other)]
    assert forms[0].normal == forms[1].normal != forms[2].normal
    assert ["parsed"] * 3 == [each.reading for each in forms]


# The same program with other names, comments and parentheses, and another program.
WRITTEN = {
    "java": (
        """class A { static int f(int a, List<Integer> xs) { int s = a; // sum
           for (int x : xs) { s += x; } Op g = y -> y + 1; return s + xs.size(); } }""",
        """class B { static int sum(int start, List<Integer> all) { int t = (start);
           for (int one : all) { t += one; } Op h = z -> z + 1; return t + all.size(); } }""",
        """class B { static int sum(int start, List<Integer> all) { int t = (start);
           for (int one : all) { t += one; } Op h = z -> z + 1; return t + all.hash(); } }""",
    ),
    "cpp": (
        """#include <vector>
        int f(const std::vector<int>& v, int k = 3) { int s = 0, *p; /* sum */
          for (auto& x : v) s += x; return s + v.size() + std::max(s, k); }""",
        """#include <vector>
        int total(const std::vector<int>& all, int least = 3) { int t = 0, *q;
          for (auto& one : all) t += one; return (t + all.size()) + std::max(t, least); }""",
        """#include <vector>
        int total(const std::vector<int>& all, int least = 3) { int t = 0, *q;
          for (auto& one : all) t += one; return (t + all.size()) + std::min(t, least); }""",
    ),
    "go": (
        """package main
        func f(a int, xs ...int) (r int) { s := a // sum
          for _, x := range xs { s += x }; var t = 2; return s + t + len(xs) }""",
        """package main
        func total(start int, all ...int) (out int) { u := (start)
          for _, one := range all { u += one }; var v = 2; return u + v + len(all) }""",
        """package main
        func total(start int, all ...int) (out int) { u := (start)
          for _, one := range all { u += one }; var v = 2; return u + v + cap(all) }""",
    ),
    "rust": (
        """fn f(a: i32, mut v: Vec<i32>) -> i32 { let (p, mut s) = (1, a); // sum
          for x in v.iter() { s += x; } let g = |y| y + 1;
          if let Some(w) = v.pop() { s += w; } s + g(p) }""",
        """fn total(start: i32, mut all: Vec<i32>) -> i32 { let (one, mut t) = (1, (start));
          for each in all.iter() { t += each; } let next = |n| n + 1;
          if let Some(last) = all.pop() { t += last; } t + next(one) }""",
        """fn total(start: i32, mut all: Vec<i32>) -> i32 { let (one, mut t) = (1, (start));
          for each in all.iter() { t += each; } let next = |n| n + 1;
          if let Ok(last) = all.pop() { t += last; } t + next(one) }""",
    ),
}


@pytest.mark.parametrize("language", WRITTEN)
def test_languages_of_the_table(language: str) -> None:
    """Renamed and commented it is the same program; with another function it is not."""
    pytest.importorskip(f"tree_sitter_{language}")
    forms = [normal_form(each, language) for each in WRITTEN[language]]
    assert ["parsed"] * 3 == [each.reading for each in forms]
    assert forms[0].normal == forms[1].normal != forms[2].normal
    assert forms[0].shape == forms[1].shape


def test_a_grammar_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is said with the extra that has it."""
    from passatk.analysis.programs import grammars

    monkeypatch.setitem(
        grammars.LANGUAGES, "dart", replace(grammars.LANGUAGES["go"], module="tree_sitter_absent")
    )
    with pytest.raises(MissingExtra, match=r"programs in dart(.|\n)*passatk\[analysis\]"):
        normal_form("main() {}", "dart")


def test_the_language_that_samples_tell() -> None:
    """The problem's comes first, then what a sample says by any of its usual names."""
    right = Verdict(Status.PASSED)

    def attempts(said: str | None, problem: Problem | None = None) -> ProblemAttempts:
        extra = {} if said is None else {"language": said}
        return ProblemAttempts("p", ((Attempt("p", 0, "x", "x", extra=extra), right),), problem)

    told = {"js": "javascript", "rs": "rust", "cpp": "cpp", "Java": "java", None: "python"}
    assert list(told.values()) == [attempts(each).language for each in told]
    problem = Problem("p", "", StreamTests((StreamCase("", ""),)))
    assert "python" == attempts("js", problem).language
    renamed = (
        "function f(a) { return a; }",
        "function g(b) { return b; }",
    )
    tried = tuple(
        (Attempt("p", i, each, each, extra={"language": "js"}), right)
        for i, each in enumerate(renamed)
    )
    found = examine(ProblemAttempts("p", tried))
    assert (2, 1) == (len(found.sizes["text"]), len(found.sizes["normal form"]))


HOSTILE = {
    "empty": "",
    "white space": " \n\t\n",
    "NUL": "x = 1\0\0\ny = '\0'\n",
    "surrogates": "s = '\ud800\udfff'\n\udc80",
    "no program": "Sure! Here is the code you asked for: def f(",
    "no end": 'def f():\n    """never ends\n    return 1\n',
    "parentheses": "(" * 15_000,
    "deep": "x = " + "[" * 6_000 + "]" * 6_000,
    "lines": "\n" * 19_000,
    "emoji": "\N{PILE OF POO} = 1\n" * 100,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts(text: str) -> None:
    """Whatever a model writes has a form, the same at each look, and fingerprints."""
    form = normal_form(text)
    assert form.normal == normal_form(text).normal
    assert len(form.prints) >= 1
    assert normal_form(text + "\nx = 1").normal != form.normal


def test_what_cannot_be_parsed_still_counts() -> None:
    """Two programs with a text that never ends are two programs."""
    one, other = (f'def f():\n    """never ends\n    return {n}\n' for n in (1, 2))
    assert normal_form(one).normal != normal_form(other).normal
    assert "errors" == normal_form(one).reading


@pytest.mark.parametrize(
    ("text", "language", "reading"),
    [
        ("x = 1\n" * (MAX_BYTES // 6 + 1), "python", "too large"),
        ("\N{PILE OF POO}" * (MAX_BYTES // 4 + 1), "python", "too large"),
        ("x;" * (MAX_NODES // 3 + 1), "python", "too large"),
        ("x" * 1_000_000, "python", "too large"),
        ("x = 1", "cobol", "no grammar"),
    ],
)
def test_known_by_its_text(text: str, language: str, reading: str) -> None:
    """Too long, too many nodes, or in a language that is not known."""
    form = normal_form(text, language)
    assert reading == form.reading
    assert normal_form(text + " ", language).normal != form.normal


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_any_text(text: str) -> None:
    """No text makes it fail."""
    assert len(normal_form(text).prints) >= 1


def test_without_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the extra to install."""
    from passatk.analysis.programs import grammars

    def missing(name: str) -> None:
        raise ImportError(name)

    grammars.grammar.cache_clear()
    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(MissingExtra, match=r"passatk\[analysis\]"):
        normal_form("x = 1")
    grammars.grammar.cache_clear()


def by_ast(source: str) -> str:
    """The same normal form by CPython's own parser; the text where it refuses."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return source
    bound = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                bound.add(name)
        if isinstance(getattr(node, "body", None), list):
            node.body = [
                each
                for each in node.body
                if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
                or not isinstance(each.value.value, str)
            ]
    numbers: dict[str, str] = {}

    def rename(node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            if field in ("id", "arg", "name") and isinstance(value, str) and value in bound:
                if not isinstance(node, ast.keyword | ast.alias):
                    setattr(node, field, numbers.setdefault(value, f"v{len(numbers)}"))
            elif isinstance(value, ast.AST):
                rename(value)
            elif isinstance(value, list):
                for each in value:
                    if isinstance(each, ast.AST):
                        rename(each)

    rename(tree)
    return ast.dump(tree)


@pytest.mark.filterwarnings("ignore")
def test_the_parser_of_python_agrees() -> None:
    """On real attempts, the same are the same by CPython's syntax tree."""
    if not DATA.exists():
        pytest.skip(f"shared data not found: {DATA.name}")
    with gzip.open(DATA / "HumanEval_no_examples.jsonl.gz", "rt") as lines:
        prompts = {each["task_id"]: each["prompt"] for each in map(json.loads, lines)}
    programs = defaultdict(list)
    with gzip.open(DATA / "codegen16b_even_samples.jsonl.gz", "rt") as lines:
        for each in map(json.loads, lines):
            programs[each["task_id"]].append(prompts[each["task_id"]] + each["completion"])
    for problem in list(programs)[:12]:
        ours = [normal_form(each).normal for each in programs[problem]]
        theirs = [by_ast(each) for each in programs[problem]]
        pairs = set(zip(ours, theirs, strict=True))
        assert (len(set(ours)), len(set(theirs))) == (len(pairs), len(pairs)), problem
