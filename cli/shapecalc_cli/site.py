"""``shapecalc site``: the pages as a static folder."""

from __future__ import annotations

from typing import Annotated

import typer


def site(
    *,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FOLDER", help="The folder that is written.")],
    downloads: Annotated[
        str, typer.Option(metavar="FOLDER", help="Where the files of the registries lie, or are put.")
    ] = "build/downloads",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Write the pages as a static site, for a host without a server.

    The engine then runs in the browser. The folder may lie anywhere on a
    host. Pyodide is fetched by npm and a few wheels by pip, once, in exact
    versions; a folder with these files may be brought along. Printed are the
    sizes of all files.

    Examples:
      shapecalc site -o public
      shapecalc site -o public --downloads /media/usb/downloads
    """
    from shapecalc.web.site.building import build_site
    from shapecalc_cli.output import say_json, show

    result = build_site(output, downloads=downloads)
    if json:
        say_json(result.as_dict())
    else:
        show(result.page())
