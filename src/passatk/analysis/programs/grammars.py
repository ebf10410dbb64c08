"""The table of languages, as the compiled grammars number it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from passatk.analysis.programs.languages import LANGUAGES
from passatk.errors import MissingExtra

if TYPE_CHECKING:
    import tree_sitter

# Delimiters say nothing that the tree does not.
_DELIMITERS = frozenset(["(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "'", '"', "`"])


@dataclass(frozen=True, slots=True)
class Grammar:
    """A language as its compiled grammar numbers it: kinds are integers here.

    ``binders`` has the field of the names that a kind binds, None for all its own names.
    """

    parser: tree_sitter.Parser
    dropped: frozenset[int]
    names: frozenset[int]
    binders: Mapping[int, int | None]
    free_fields: Mapping[int, int]
    free_children: frozenset[int]
    transparent: frozenset[int]
    same: Mapping[int, int]
    statements: frozenset[int]
    texts: frozenset[int]
    quotes: frozenset[int]


@lru_cache(maxsize=8)
def grammar(language: str) -> Grammar | None:
    """The grammar of a language by its name; None for a language without a row here.

    Raises:
        MissingExtra: tree-sitter or the language's grammar is not installed.
    """
    row = LANGUAGES.get(language)
    if row is None:
        return None
    try:
        import tree_sitter

        module = importlib.import_module(row.module)
    except ImportError:
        raise MissingExtra(f"comparing programs in {language}", "analysis") from None
    compiled = tree_sitter.Language(module.language())
    kinds: dict[tuple[str, bool], list[int]] = {}
    for number in range(compiled.node_kind_count):
        name = compiled.node_kind_for_id(number)
        if name is not None:
            named = compiled.node_kind_is_named(number)
            kinds.setdefault((name, named), []).append(number)

    def numbers(names: frozenset[str], *, named: bool = True) -> frozenset[int]:
        return frozenset(n for name in names for n in kinds.get((name, named), ()))

    def fields(table: Mapping[str, str]) -> dict[int, int]:
        found: dict[int, int] = {}
        for kind, name in table.items():
            number = compiled.field_id_for_name(name)
            if number is not None:
                found |= dict.fromkeys(numbers(frozenset({kind})), number)
        return found

    return Grammar(
        parser=tree_sitter.Parser(compiled),
        dropped=numbers(row.comments) | numbers(_DELIMITERS, named=False),
        names=numbers(row.names),
        binders=dict.fromkeys(numbers(row.bind_children)) | fields(row.bind_fields),
        free_fields=fields(row.free_fields),
        free_children=numbers(row.free_children),
        transparent=numbers(row.transparent),
        # A grammar may have several numbers for kinds of one name.
        same={
            number: kinds[row.same.get(kind, kind), named][0]
            for (kind, named), alike in kinds.items()
            for number in alike
        },
        statements=numbers(frozenset({row.statement})),
        texts=numbers(row.text),
        quotes=numbers(row.quotes),
    )
