"""`python -m contractctl.mockserver BUNDLE`: exit 0 when stopped, 2 for a wrong setting or bundle, 3 without a port."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from contractctl.mockserver.settings import USAGE, CommandLine, SettingError, parse_command_line, resolve_settings


def main(arguments: Sequence[str]) -> int:
    """Run the server, or its probe, and return the exit status."""
    try:
        line = parse_command_line(arguments)
        if line.help:
            sys.stdout.write(USAGE)
            return 0
        if line.health:
            return _probe(line)
        if not line.bundles:
            raise SettingError("which bundle? python -m contractctl.mockserver BUNDLE; --help says more")
    except SettingError as error:
        return _told(error, 2)
    return _serve(line)


def _open_standard_files() -> None:
    """Give what was closed to /dev/null, so that no socket gets its number and the log with it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _serve(line: CommandLine) -> int:
    # Imports make next to no rubbish; the server turns the collector on once all of it is there to be left alone.
    gc.disable()
    from contractctl.mockserver.bundle import BundleError
    from contractctl.mockserver.contracts import Contracts

    _open_standard_files()
    try:
        contracts = Contracts.open(line.bundles, line.flags, os.environ)
    except (BundleError, SettingError) as error:
        return _told(error, 2)
    from contractctl.mockserver.listening import BindError
    from contractctl.mockserver.server import serve

    try:
        serve(contracts)
    except SettingError as error:
        return _told(error, 2)
    except BindError as error:
        return _told(error, 3)
    return 0


def _probe(line: CommandLine) -> int:
    from contractctl.mockserver.probe import is_healthy

    control, bundled = "/__mock", {}
    if line.bundles:
        from contractctl.mockserver.bundle import Bundle, BundleError

        try:
            index = Bundle(line.bundles[0][1]).index
        except BundleError as error:
            return _told(error, 2)
        control, bundled = index.control, dict(index.settings)
    return 0 if is_healthy(resolve_settings(line.flags, os.environ, bundled), control) else 1


def _told(error: Exception, status: int) -> int:
    sys.stderr.write(f"error: {error}\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
