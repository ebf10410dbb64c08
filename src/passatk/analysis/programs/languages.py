"""What the node kinds of a grammar mean for comparing programs: one row a language.

Another language needs its grammar's wheel in the extra ``analysis`` and a row here.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from passatk.errors import MissingExtra

if TYPE_CHECKING:
    import tree_sitter

# Delimiters say nothing that the tree does not.
_DELIMITERS = frozenset(["(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "'", '"', "`"])


@dataclass(frozen=True, slots=True)
class Language:
    """The kinds of a grammar that matter here.

    Attributes:
        module: the wheel with the grammar.
        comments: kinds that say nothing to a machine.
        names: leaves that name things.
        bind_fields: kinds that bind a name, with the field in which it stands.
        bind_children: kinds whose own names are all bound.
        free_fields: kinds with the field whose name is no variable: an attribute, a keyword.
        free_children: kinds whose own names are no variables.
        transparent: kinds without a meaning of their own, such as parentheses.
        same: kinds that mean the same as another one.
        statement, text: an expression as a statement, and texts: together a docstring.
        quotes: kinds of the marks around a text; only their letters count, as in b"".
    """

    module: str
    comments: frozenset[str]
    names: frozenset[str]
    bind_fields: Mapping[str, str]
    bind_children: frozenset[str]
    free_fields: Mapping[str, str]
    free_children: frozenset[str]
    transparent: frozenset[str]
    same: Mapping[str, str] = field(default_factory=dict)
    statement: str = "expression_statement"
    text: frozenset[str] = frozenset()
    quotes: frozenset[str] = frozenset()


LANGUAGES = {
    "python": Language(
        module="tree_sitter_python",
        comments=frozenset({"comment", "line_continuation"}),
        names=frozenset({"identifier"}),
        bind_fields={
            "function_definition": "name",
            "class_definition": "name",
            "default_parameter": "name",
            "typed_default_parameter": "name",
            "assignment": "left",
            "augmented_assignment": "left",
            "for_statement": "left",
            "for_in_clause": "left",
            "named_expression": "name",
            "aliased_import": "alias",
        },
        bind_children=frozenset(
            {
                *("parameters", "lambda_parameters", "typed_parameter", "as_pattern_target"),
                *("list_splat_pattern", "dictionary_splat_pattern"),
                *("pattern_list", "tuple_pattern", "list_pattern"),
            }
        ),
        free_fields={"attribute": "attribute", "keyword_argument": "name"},
        free_children=frozenset({"dotted_name"}),
        transparent=frozenset({"parenthesized_expression"}),
        same={"expression_list": "tuple", "pattern_list": "tuple_pattern"},
        text=frozenset({"string", "concatenated_string"}),
        quotes=frozenset({"string_start", "string_end"}),
    ),
    "javascript": Language(
        module="tree_sitter_javascript",
        comments=frozenset({"comment", "hash_bang_line"}),
        names=frozenset({"identifier", "shorthand_property_identifier_pattern"}),
        bind_fields={
            "function_declaration": "name",
            "function_expression": "name",
            "generator_function_declaration": "name",
            "class_declaration": "name",
            "variable_declarator": "name",
            "arrow_function": "parameter",
            "assignment_pattern": "left",
            "for_in_statement": "left",
            "catch_clause": "parameter",
            "import_specifier": "alias",
        },
        bind_children=frozenset(
            {"formal_parameters", "rest_pattern", "array_pattern", "object_pattern"}
        ),
        free_fields={},
        free_children=frozenset(),
        transparent=frozenset({"parenthesized_expression"}),
        text=frozenset({"string", "template_string"}),
    ),
}


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
        raise MissingExtra("comparing programs", "analysis") from None
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
