"""Paper: templates and HTML to PDF by WeasyPrint, closed to the outside.

- A document reads our own style sheets, fonts and pictures, and pictures handed in with it as `asset:NAME`; any
  other address, local or remote, stops the print (`ForeignFileError`).
- A character without a glyph stops the print by name, or is printed as 〓 where a form must come out all the same.
- The same input gives the same bytes: no clock, no random identifier.
"""

from collections.abc import Mapping

from django.template.loader import render_to_string

PAPER = "css/paper.css"


class ForeignFileError(ValueError):
    """A document asked for an address outside our own files."""


class ForeignFontError(ValueError):
    """A document was drawn with a font that is not ours: a style sheet names a character that our fonts lack."""


def render(
    template_name: str,
    context: dict | None = None,
    *,
    assets: Mapping[str, bytes] | None = None,
    substitute: bool = False,
) -> bytes:
    """A template that extends pdf/base.html, printed.

    `assets` are pictures that the template shows as `<img src="asset:NAME">`. `substitute` prints 〓 for a
    character without a glyph, for forms that must come out whatever was typed; otherwise it is refused by name.
    """
    return write(render_to_string(template_name, context or {}), assets=assets, substitute=substitute)


def write(
    html: str,
    *,
    sheets: tuple[str, ...] = (PAPER,),
    css: str = "",
    assets: Mapping[str, bytes] | None = None,
    substitute: bool = False,
) -> bytes:
    """A whole HTML document, printed with these sheets of `static/` and these rules."""
    # Half a second to load, which every command and worker would pay for the few that print.
    from core import typesetting  # noqa: PLC0415

    return typesetting.write(html, sheets=sheets, css=css, assets=assets, substitute=substitute)
