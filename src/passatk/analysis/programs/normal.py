"""The normal form of a program: what is left when names, comments and layout do not count.

Two programs have one normal form if their syntax trees are the same after

* comments, docstrings and other texts that stand alone are dropped,
* delimiters and the parentheses around expressions are dropped,
* names that the program binds (its functions, parameters and variables) are numbered in the order
  in which they first appear. Attributes, keywords, imported modules and builtins keep theirs.

Scopes are not told apart: one name has one number throughout a program.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from passatk.analysis.programs.fingerprints import Hashes, fingerprints
from passatk.analysis.programs.grammars import Grammar, grammar

if TYPE_CHECKING:
    import tree_sitter

MAX_BYTES = 20_000
"""A longer program is known by its text alone: parsing what is made to be hard takes long."""
MAX_NODES = 20_000
"""So is one with a larger syntax tree."""

Reading = Literal["parsed", "errors", "too large", "no grammar"]
"""How a program could be read: as a whole; around syntax errors, which the tree holds as nodes;
by its text alone, as it is too large or its language is not known here."""

# Stands for every bound name among tokens, so that a renamed variable changes none of them.
_BOUND = b"\0bound"
_CACHED = 2048


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """What is compared of a program.

    Attributes:
        normal: digest of the normal form.
        shape: digest of the tree alone: kinds of nodes, without names and literals.
        prints: its fingerprints, sorted and distinct, at least one.
        reading: how it could be read.
    """

    normal: bytes
    shape: bytes
    prints: Hashes
    reading: Reading


def normal_form(program: str, language: str = "python") -> Form:
    """The normal form of a program, whatever stands in it.

    Args:
        program: any text: no Python, empty, with NUL characters or lone surrogates.
        language: a key of ``LANGUAGES``; programs in others are known by their texts.

    Raises:
        MissingExtra: tree-sitter is not installed.
    """
    known = grammar(language)
    if known is None:
        return _by_text(program, "no grammar")
    if len(program) > MAX_BYTES:
        return _by_text(program, "too large")
    return _cached(program, language)


# Several analyses look at the same attempts one problem at a time.
@lru_cache(maxsize=_CACHED)
def _cached(program: str, language: str) -> Form:
    known = grammar(language)
    assert known is not None
    source = program.encode("utf-8", "surrogatepass")
    if len(source) > MAX_BYTES:
        return _by_text(program, "too large")
    root = known.parser.parse(source).root_node
    if root.descendant_count > MAX_NODES:
        return _by_text(program, "too large")
    nodes, bound = _kept(root, source, known)
    numbers: dict[bytes, int] = {}
    normal: list[object] = []
    shape: list[int] = []
    tokens: list[tuple[int, bytes]] = []
    for depth, kind, text, free in nodes:
        shape += (depth, kind)
        if text is None:
            normal += (depth, kind)
        elif text in bound and not free:
            normal += (depth, kind, numbers.setdefault(text, len(numbers)))
            tokens.append((kind, _BOUND))
        else:
            normal += (depth, kind, text)
            tokens.append((kind, text))
    return Form(
        normal=_digest(repr(normal).encode()),
        shape=_digest(repr(shape).encode()),
        prints=fingerprints(tokens),
        reading="errors" if root.has_error else "parsed",
    )


def _kept(
    root: tree_sitter.Node, source: bytes, known: Grammar
) -> tuple[list[tuple[int, int, bytes | None, bool]], set[bytes]]:
    """Depth, kind and text (of leaves) of the nodes that count, in order, and the bound names.

    The last item of a node tells whether its name is no variable. Depths in order say all about a
    tree; no recursion, as trees may be as deep as programs are long.
    """
    kept: list[tuple[int, int, bytes | None, bool]] = []
    bound: set[bytes] = set()
    stack = [(root, 0, False)]
    while stack:
        node, depth, free = stack.pop()
        kind = node.kind_id
        if kind in known.dropped:
            continue
        children = node.children
        if kind in known.statements and _only_text(children, known):
            continue
        kind = known.same.get(kind, kind)  # the kind of errors has no name
        if not children:
            text = source[node.start_byte : node.end_byte]
            if kind in known.quotes:
                text = text.strip(b"\"'").lower()
                if not text:
                    continue
            kept.append((depth, kind, text, free or kind not in known.names))
            continue
        if kind in known.transparent:
            depth -= 1
        else:
            kept.append((depth, kind, None, False))
        if node.is_error:
            # What the parser could make nothing of is in no child: a text without an end.
            kept += [(depth + 1, kind, word, True) for word in _between(node, children, source)]
        if kind in known.binders:
            bound |= _bound(node, children, source, known)
        if kind in known.free_children:
            stack += [(each, depth + 1, True) for each in reversed(children)]
        elif kind in known.free_fields:
            name = node.child_by_field_id(known.free_fields[kind])
            stack += [(each, depth + 1, each == name) for each in reversed(children)]
        else:
            stack += [(each, depth + 1, False) for each in reversed(children)]
    return kept, bound


def _only_text(children: list[tree_sitter.Node], known: Grammar) -> bool:
    """Whether these are a text that stands alone, such as a docstring."""
    return (
        bool(children)
        and children[0].kind_id in known.texts
        and all(each.kind_id in known.dropped for each in children[1:])
    )


def _bound(
    node: tree_sitter.Node, children: list[tree_sitter.Node], source: bytes, known: Grammar
) -> set[bytes]:
    """The names that a node binds itself, in a field of it or in any of its children."""
    field = known.binders[node.kind_id]
    candidates = children if field is None else node.children_by_field_id(field)
    free = known.free_fields.get(node.kind_id)
    other = None if free is None else node.child_by_field_id(free)
    return {
        source[each.start_byte : each.end_byte]
        for each in candidates
        if each.kind_id in known.names and each != other
    }


def _between(
    node: tree_sitter.Node, children: list[tree_sitter.Node], source: bytes
) -> list[bytes]:
    """The words of a node that stand in none of its children."""
    ends = [node.start_byte, *(each.end_byte for each in children)]
    starts = [*(each.start_byte for each in children), node.end_byte]
    gaps = (source[end:start] for end, start in zip(ends, starts, strict=True))
    return [word for gap in gaps for word in gap.split()]


def _by_text(program: str, reading: Reading) -> Form:
    digest = _digest(program.encode("utf-8", "surrogatepass"))
    return Form(digest, digest, np.frombuffer(digest[:8], np.uint64), reading)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
