"""Forged equality: returning an object whose operators say what the test wants to hear."""

from __future__ import annotations

from .harness import FAILED, TIME, WRONG, Arena, Attack, Round, rounds

_LYING_OPERATORS = """
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    def __bool__(self): return True
    def __hash__(self): return 0
    def __sub__(self, other): return 0
    __rsub__ = __abs__ = __round__ = __sub__
"""


@rounds(
    Attack(
        "object-equal-to-everything",
        FAILED,
        function=f"class Yes:{_LYING_OPERATORS}\ndef f(x):\n    return Yes()\n",
        script=f"class Yes:{_LYING_OPERATORS}\nprint(Yes())\n",
    ),
    Attack(
        "int-with-lying-operators",
        WRONG,
        function=f"class Yes(int):{_LYING_OPERATORS}\ndef f(x):\n    return Yes(x)\n",
    ),
    Attack(
        "float-with-lying-operators",
        WRONG,
        function=f"""
class Yes(float):{_LYING_OPERATORS}
    def __float__(self): return self
def f(x):
    return Yes(x)
""",
    ),
    Attack(
        "text-with-lying-operators",
        WRONG,
        function=f"class Yes(str):{_LYING_OPERATORS}\ndef f(x):\n    return Yes(x)\n",
    ),
    Attack(
        "list-that-shows-other-items-each-time",
        WRONG,
        function=f"""
class Yes(list):{_LYING_OPERATORS}
    def __iter__(self): return iter([1])
    def __len__(self): return 0
    def __getitem__(self, index): return self
def f(x):
    return Yes([x])
""",
    ),
    Attack(
        "dict-and-set-with-lying-operators",
        WRONG,
        function=f"""
class YesDict(dict):{_LYING_OPERATORS}
    def items(self): return [(1, 1)]
class YesSet(frozenset):{_LYING_OPERATORS}
def f(x):
    return (YesDict(), YesSet())
""",
    ),
    Attack(
        "class-equal-to-everything",
        FAILED,
        function="""
class Meta(type):
    def __eq__(cls, other): return True
    def __hash__(cls): return 0
    __instancecheck__ = __subclasscheck__ = __eq__
class Yes(metaclass=Meta): pass
def f(x):
    return Yes
""",
    ),
    Attack(
        "class-that-is-said-to-be-int",
        FAILED,
        function=f"""
class Yes:{_LYING_OPERATORS}
    __class__ = property(lambda self: int)
    def __int__(self): return 0
    __index__ = __int__
def f(x):
    return Yes()
""",
    ),
    Attack(
        "not-a-number",
        WRONG,
        function="def f(x):\n    return float('nan')\n",
        script="print('nan')\n",
    ),
    Attack(
        "pretends-to-be-numpy",
        FAILED,
        function=f"""
class Yes:{_LYING_OPERATORS}
    __array_priority__ = 10 ** 9
    def __array_ufunc__(self, *args, **kwargs): return True
    def item(self): return self
Yes.__module__ = "numpy"
def f(x):
    return Yes()
""",
    ),
    Attack(
        "generator-without-end",
        FAILED | TIME,
        function="import itertools\ndef f(x):\n    return itertools.repeat(True)\n",
    ),
    Attack(
        "mock-that-answers-everything",
        FAILED,
        function="from unittest.mock import ANY\ndef f(x):\n    return ANY\n",
    ),
)
def test_a_lying_object_does_not_pass(arena: Arena, attack: Round) -> None:
    arena.holds(attack)
