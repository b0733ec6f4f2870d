"""The registry of commands. A command's module is imported when it is run, not before."""

from __future__ import annotations

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "lint": "Validate and lint OpenAPI descriptions.",
    "explain": "Show the manual page of a rule or of a kind of change, or list all.",
    "diff": "Say what changed between two descriptions, and what that breaks.",
    "drift": "Compare spec-version.txt and the description with upstream.",
    "sync": "Fetch upstream, and write description and spec-version.txt together.",
    "stamp": "Write spec-version.txt for a contract of your own.",
    "mock": "Serve a mock of a description here.",
    "build-mock": "Build the mock image, load it, push it or write it to a file.",
    "inspect": "Say which contract an image in a registry serves.",
    "init": "Write files that deploy the mock image into this repository.",
    "ci": "Everything a pull request needs, in one step and one report.",
}
"""Name → the first line of its help. `NAME` is the function `command` of `contractctl.cli.NAME`, dashes as `_`."""
