"""The command `inspect`."""

from __future__ import annotations

from typing import Annotated

import typer

from contractctl.cli.declare import command as declared
from contractctl.cli.progress import steps
from contractctl.cli.session import Session
from contractctl.cli.streams import read_password

Image = Annotated[str, typer.Argument(metavar="IMAGE", help="[HOST[:PORT]/]NAME[:TAG][@DIGEST] in a registry.")]
OfPlatform = Annotated[str, typer.Option("--platform", metavar="OS/ARCHITECTURE", help="Of several, this one.")]
Username = Annotated[str, typer.Option("--username", help="The registry's user.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the registry's password from standard input.")
]


@declared
def command(
    session: Session,
    *,
    image: Image,
    platform: OfPlatform = "",
    username: Username = "",
    password_stdin: PasswordStdin = False,
) -> int:
    """Say which contract an image in a registry serves: name, version and digest, without a pull.

    For one platform also its layers. An image that `build-mock` did not make is one that could not be checked: 3.
    """
    from contractctl.api.inspecting import inspect_image
    from contractctl.report import inspection

    session.check_formats_of("inspect", inspection.FORMATS)
    password = read_password() if password_stdin else ""
    with steps(session) as step:
        step(f"reading {image}")
        report = inspect_image(image, platform=platform, username=username, password=password)
    session.write(inspection.renderings(report))
    return 0
