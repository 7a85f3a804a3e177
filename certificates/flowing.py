"""Free text on certificates, laid out by the page engine in chunks.

A chunk is one document with a page for each certificate; the page's content area is the design's box. A
certificate that runs over gets smaller type, alone; one that runs over at the smallest is explained, not cut.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple

import pikepdf
from django.utils.html import escape
from django.utils.translation import gettext as _

from certificates.designs import FIELD, INK, Design, Flow
from core import fonts, pdf
from core.problems import Problem

CHUNK = 200
STEP = 0.06


class FlowedPage(NamedTuple):
    """One page and the document it lives in, which must outlive it."""

    page: pikepdf.Page
    document: pikepdf.Pdf


def flowed(flow: Flow, design: Design, rows: list[Mapping]) -> list[FlowedPage | Problem]:
    """A page for each row of values, or the reason why there is none."""
    pages = _laid_out(flow, design, rows, 1)
    if len(pages) == len(rows):
        return pages
    return [_alone(flow, design, row) for row in rows]


def _alone(flow: Flow, design: Design, row: Mapping) -> FlowedPage | Problem:
    scale = 1.0
    while scale >= flow.min_scale:
        pages = _laid_out(flow, design, [row], scale)
        if len(pages) == 1:
            return pages[0]
        scale -= STEP
    message = _(
        "The text does not fit its box even in the smallest type: shorten it, or enlarge the box in the design."
    )
    return Problem("too-long", message, field="flow")


def _laid_out(flow: Flow, design: Design, rows: list[Mapping], scale: float) -> list[FlowedPage]:
    sections = "".join(f"<section>{_filled(flow.html, row)}</section>" for row in rows)
    html = f'<!doctype html><html lang="zh-CN"><body>{sections}</body></html>'
    document = pikepdf.open(BytesIO(pdf.write(html, sheets=(), css=_rules(flow, design, scale))))
    return [FlowedPage(page, document) for page in document.pages]


def _filled(html: str, row: Mapping) -> str:
    def value(match: re.Match) -> str:
        found = row.get(match[1], match[0])
        return escape(found if isinstance(found, str) else "、".join(found))

    return FIELD.sub(value, html)


def _rules(flow: Flow, design: Design, scale: float) -> str:
    box = flow.box
    right, bottom = design.width - box.x - box.width, design.height - box.y - box.height
    return f"""
    @page {{ size: {design.width}mm {design.height}mm; margin: {box.y}mm {right}mm {bottom}mm {box.x}mm }}
    html, body, p, h1, h2, h3, ul, ol, table {{ margin: 0; padding: 0 }}
    body {{ font: {flow.size * scale}pt/{flow.leading} "{fonts.SERIF}"; color: {INK}; overflow-wrap: anywhere }}
    section + section {{ break-before: page }}
    """
