"""Normal forms: what counts as the same program, and texts that are none."""

import ast
import gzip
import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passatk.analysis.programs import normal_form
from passatk.analysis.programs.normal import MAX_BYTES, MAX_NODES
from passatk.errors import MissingExtra

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
    from passatk.analysis.programs import languages

    def missing(name: str) -> None:
        raise ImportError(name)

    languages.grammar.cache_clear()
    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(MissingExtra, match=r"passatk\[analysis\]"):
        normal_form("x = 1")
    languages.grammar.cache_clear()


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
