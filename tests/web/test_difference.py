"""Two programs side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from passatk.report.visible import visible
from passatk.web.difference import MOST_LINES, Difference, Side, compare

PROGRAM = "".join(f"line {number}\n" for number in range(40))


def text(sides: list[Side | None]) -> str:
    return "\n".join("".join(piece.text for piece in each.pieces) for each in sides if each)


def marked(side: Side | None) -> list[str]:
    return [] if side is None else [each.text for each in side.pieces if each.marked]


def kinds(difference: Difference) -> list[str]:
    return [each.kind for each in difference.rows]


def test_equal_programs() -> None:
    """All of it, and nothing marked."""
    same = compare(PROGRAM, PROGRAM)
    assert 0 == same.changed
    assert {"same"} == set(kinds(same))
    assert 41 == len(same.rows)


def test_words_that_differ() -> None:
    """Only they are marked; equal lines far away are left out unless asked for."""
    other = PROGRAM.replace("line 20", "line 99")
    found = compare(PROGRAM, other)
    (row,) = [each for each in found.rows if each.kind == "changed"]
    assert (["20"], ["99"]) == (marked(row.left), marked(row.right))
    assert ["skipped", "skipped"] == [each for each in kinds(found) if each == "skipped"]
    assert 41 == len(compare(PROGRAM, other, whole=True).rows)
    left_out = sum(each.skipped for each in found.rows)
    assert 41 == left_out + len(found.rows) - 2


def test_lines_that_are_added() -> None:
    """They stand on their side alone."""
    found = compare("a\nb", "a\nnew\nb")
    assert ["same", "right", "same"] == kinds(found)
    assert "new" == text([found.rows[1].right])
    assert ["same", "left", "same"] == kinds(compare("a\nnew\nb", "a\nb"))


def test_lines_with_nothing_in_common() -> None:
    """They are marked as a whole."""
    (row,) = compare("return x", "while True:").rows
    assert (["return x"], ["while True:"]) == (marked(row.left), marked(row.right))


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_is_lost(left: str, right: str) -> None:
    """Each side of the rows is the program, made visible."""
    found = compare(left, right, whole=True)
    assert visible(left) == text([each.left for each in found.rows])
    assert visible(right) == text([each.right for each in found.rows])
    assert found.changed == 0 or left != right


def test_long_programs_are_cut() -> None:
    """By lines and by characters; it is said."""
    found = compare("x\n" * 10_000, "y" * 10_000_000)
    assert found.cut
    assert len(found.rows) <= MOST_LINES
    assert not compare(PROGRAM, PROGRAM).cut
