"""Rules about the ignores that a description holds. The engine asks them last: it tells what hid nothing."""

# ruff: noqa: D401 - the first line of a rule's docstring is the title of its manual page

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.findings import Severity
from contractctl.core.profiles import Profile
from contractctl.lint.ignores.hide import FAMILY
from contractctl.lint.rule import Defect, rule
from contractctl.lint.rules.document import told
from contractctl.lint.subject import Subject


@rule("ignore-unused", severity=Severity.WARNING, family=FAMILY)
def ignore_unused(subject: Subject) -> Iterator[Defect]:
    """An ignore hides nothing.

    Why: The fault that it was written for has gone; the next one of the kind would come unseen.

    Source: docs/lint.md

    Bad:

        paths:
          /pets:
            # contractctl: ignore[operation-id-missing] generated clients do not use it
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            # contractctl: ignore[operation-id-missing] generated clients do not use it
            get: {responses: {"200": {description: Pets}}}
    """
    return told(subject, "ignore-unused")


@rule("ignore-unknown", severity=Severity.WARNING, family=FAMILY)
def ignore_unknown(subject: Subject) -> Iterator[Defect]:
    """An ignore names a rule that there is not.

    Why: It hides nothing, and whoever wrote it believes that it does.

    Source: docs/lint.md

    Bad:

        paths:
          /pets:
            get:
              operationId: listPets  # contractctl: ignore[operation-id-mising] generated clients do not use it
              responses: {"200": {description: Pets}}

    Good:

        paths:
          /pets:
            # contractctl: ignore[operation-id-missing] generated clients do not use it
            get:
              responses: {"200": {description: Pets}}
    """
    return told(subject, "ignore-unknown")


@rule("ignore-malformed", severity=Severity.WARNING, family=FAMILY)
def ignore_malformed(subject: Subject) -> Iterator[Defect]:
    """An ignore cannot be understood.

    Why: It hides nothing, and whoever wrote it believes that it does. There is no ignore for all rules at once: it
    would hide what nobody has thought of.

    Source: docs/lint.md

    Bad:

        paths:
          /pets:
            # contractctl: ignore generated clients do not use the operationId
            get: {operationId: listPets, responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            # contractctl: ignore[operation-id-missing] generated clients do not use it
            get: {responses: {"200": {description: Pets}}}
    """
    return told(subject, "ignore-malformed")


@rule("ignore-reason-missing", severity=Severity.INFO, family=FAMILY, profile=Profile.STRICT)
def ignore_reason_missing(subject: Subject) -> Iterator[Defect]:
    """An ignore gives no reason.

    Why: Nobody will know whether it may be removed.

    Source: docs/lint.md

    Bad:

        paths:
          /pets:
            # contractctl: ignore[operation-id-missing]
            get: {responses: {"200": {description: Pets}}}

    Good:

        paths:
          /pets:
            # contractctl: ignore[operation-id-missing] generated clients do not use it
            get: {responses: {"200": {description: Pets}}}
    """
    return told(subject, "ignore-reason-missing")


RULES = (ignore_unused, ignore_unknown, ignore_malformed, ignore_reason_missing)
