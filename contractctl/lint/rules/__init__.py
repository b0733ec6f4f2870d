"""The table of rules, one module a family. A rule that is not listed here does not exist."""

from __future__ import annotations

from contractctl.lint.rule import Rule
from contractctl.lint.rules import (
    document,
    examples,
    operations,
    parameters,
    paths,
    references,
    responses,
    security,
    structure,
)

RULES: tuple[Rule, ...] = (
    document.document_key_duplicate,
    document.yaml_ambiguous_scalar,
    document.yaml_custom_tag,
    document.yaml_not_json,
    document.number_too_large,
    structure.field_unknown,
    structure.field_missing,
    structure.type_wrong,
    structure.value_not_allowed,
    structure.fields_exclusive,
    structure.example_and_examples,
    structure.component_name_invalid,
    structure.status_code_invalid,
    structure.reference_sibling,
    structure.list_item_duplicate,
    structure.structure_invalid,
    references.reference_dangling,
    references.reference_forbidden,
    references.reference_wrong_kind,
    references.reference_circular,
    paths.path_not_absolute,
    paths.path_equivalent,
    paths.path_parameter_undeclared,
    paths.path_parameter_unused,
    paths.path_parameter_not_required,
    parameters.parameter_duplicate,
    operations.operation_id_duplicate,
    operations.operation_id_missing,
    responses.response_success_missing,
    security.security_scheme_unknown,
    examples.example_invalid,
    examples.default_invalid,
    examples.enum_type_mismatch,
    document.part_malformed,
)
