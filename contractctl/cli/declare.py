"""Commands from functions: a parameter that is a dataclass stands for the options that its fields declare."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import get_type_hints

import typer


def command(function: Callable[..., int]) -> Callable[..., None]:
    """Turn a function that returns an exit status into what typer runs, which leaves by `typer.Exit` with it.

    Options of a group (a dataclass of annotated fields with defaults) come after the function's own; the first group,
    which is what every command has, comes last.
    """
    hints = get_type_hints(function, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and is_dataclass(hint)}

    def run(**given: object) -> None:
        arguments = {name: value for name, value in given.items() if name in hints}
        for name, group in groups.items():
            arguments[name] = group(**{field.name: given[field.name] for field in fields(group)})
        raise typer.Exit(function(**arguments))

    own = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
        for name, parameter in inspect.signature(function).parameters.items()
        if name not in groups
    ]
    first, *others = groups.values()
    parameters = [*own, *(option for group in (*others, first) for option in _options(group))]
    run.__doc__ = function.__doc__
    run.__signature__ = inspect.Signature(parameters, return_annotation=None)  # type: ignore[attr-defined]  # PEP 362
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters} | {"return": None}
    return run


def _options(group: type) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    for field in fields(group):
        default = inspect.Parameter.empty if field.default is MISSING else field.default
        kind = inspect.Parameter.KEYWORD_ONLY
        yield inspect.Parameter(field.name, kind, default=default, annotation=hints[field.name])
