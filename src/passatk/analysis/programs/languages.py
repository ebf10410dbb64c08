"""What the node kinds of a grammar mean for comparing programs: one row a language.

Another language needs its grammar's wheel in the extra ``analysis`` and a row here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Language:
    """The kinds of a grammar that matter here.

    Attributes:
        module: the wheel with the grammar.
        comments: kinds that say nothing to a machine.
        names: leaves that name things.
        bind_fields: kinds that bind a name, with the field in which it stands.
        bind_children: kinds whose own names are all bound, but for one in a field of free_fields.
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
    "java": Language(
        module="tree_sitter_java",
        comments=frozenset({"line_comment", "block_comment"}),
        names=frozenset({"identifier"}),
        bind_fields={
            "class_declaration": "name",
            "method_declaration": "name",
            "formal_parameter": "name",
            "variable_declarator": "name",
            "enhanced_for_statement": "name",
            "catch_formal_parameter": "name",
            "lambda_expression": "parameters",
        },
        bind_children=frozenset({"inferred_parameters"}),
        free_fields={"field_access": "field"},
        free_children=frozenset({"scoped_identifier"}),
        transparent=frozenset({"parenthesized_expression"}),
    ),
    "cpp": Language(
        module="tree_sitter_cpp",
        comments=frozenset({"comment"}),
        names=frozenset({"identifier"}),
        bind_fields={
            "function_declarator": "declarator",
            "declaration": "declarator",
            "init_declarator": "declarator",
            "pointer_declarator": "declarator",
            "array_declarator": "declarator",
            "parameter_declaration": "declarator",
            "optional_parameter_declaration": "declarator",
            "for_range_loop": "declarator",
        },
        bind_children=frozenset({"reference_declarator", "structured_binding_declarator"}),
        free_fields={"qualified_identifier": "name"},
        free_children=frozenset(),
        transparent=frozenset({"parenthesized_expression"}),
    ),
    "go": Language(
        module="tree_sitter_go",
        comments=frozenset({"comment"}),
        names=frozenset({"identifier"}),
        bind_fields={
            "function_declaration": "name",
            "parameter_declaration": "name",
            "variadic_parameter_declaration": "name",
            "var_spec": "name",
            "const_spec": "name",
        },
        # The left of := and range; what stands alone in such a list elsewhere is a variable, too.
        bind_children=frozenset({"expression_list"}),
        free_fields={},
        free_children=frozenset(),
        transparent=frozenset({"parenthesized_expression"}),
    ),
    "rust": Language(
        module="tree_sitter_rust",
        comments=frozenset({"line_comment", "block_comment"}),
        names=frozenset({"identifier"}),
        bind_fields={
            "function_item": "name",
            "parameter": "pattern",
            "let_declaration": "pattern",
            "for_expression": "pattern",
            "const_item": "name",
        },
        bind_children=frozenset(
            {
                *("closure_parameters", "tuple_pattern", "mut_pattern", "reference_pattern"),
                *("slice_pattern", "tuple_struct_pattern"),
            }
        ),
        # Some(x) binds x.
        free_fields={"scoped_identifier": "name", "tuple_struct_pattern": "type"},
        free_children=frozenset(),
        transparent=frozenset({"parenthesized_expression"}),
    ),
}
