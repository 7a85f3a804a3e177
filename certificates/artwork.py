"""The artwork of a design: paper, frame and background under the text, seals over it.

The page engine draws it once a design; every certificate of a batch shares the drawing.
"""

from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from certificates.designs import Design, Seal
from core import fonts, pdf

FRAMES = {"classic": "img/certificate-classic.svg"}
SEAL_RED = "#c8161d"
RING_DEGREES = 264  # the ring of letters leaves the foot open for the caption
WIDEST_STEP = 22
STAR = "100,68 107.19,90.11 130.43,90.11 111.62,103.78 118.81,125.89 100,112.22 81.19,125.89 88.38,103.78 69.57,90.11 92.81,90.11"  # noqa: E501


@lru_cache(maxsize=16)
def artwork(design: Design) -> bytes:
    """A PDF of two pages: what lies under the text, then what lies over it."""
    pictures = {"background": design.background} if design.background else {}
    under = ""
    if design.frame:
        under += format_html('<img src="{}" alt="">', FRAMES[design.frame])
    if design.background:
        under += format_html('<img src="asset:background" alt="">')
    over = ""
    for number, seal in enumerate(design.seals):
        pictures[f"seal{number}"] = seal.image or seal_svg(seal).encode()
        over += format_html('<img id="s{}" class="seal" src="asset:seal{}" alt="">', number, number)
    html = format_html(
        '<!doctype html><html lang="zh-CN"><section class="under">{}</section><section>{}</section></html>',
        mark_safe(under),  # noqa: S308 - joined from format_html
        mark_safe(over),  # noqa: S308
    )
    return pdf.write(html, sheets=(), css=_rules(design), assets=pictures)


def _rules(design: Design) -> str:
    page = f"width: {design.width}mm; height: {design.height}mm"
    rules = [
        f"@page {{ size: {design.width}mm {design.height}mm; margin: 0 }}",
        "html, body { margin: 0 }",
        f"section {{ position: relative; {page}; overflow: hidden }}",
        "section + section { break-before: page }",
        f".under {{ background: {design.paper} }}",
        f".under img {{ position: absolute; left: 0; top: 0; {page} }}",
        ".seal { position: absolute; opacity: .88 }",
    ]
    for number, seal in enumerate(design.seals):
        left, top = seal.x - seal.diameter / 2, seal.y - seal.diameter / 2
        rules.append(
            f"#s{number} {{ left: {left}mm; top: {top}mm; width: {seal.diameter}mm; height: {seal.diameter}mm }}"
        )
    return "\n".join(rules)


def seal_svg(seal: Seal) -> str:
    """A round seal with its text along the ring, a star, and a caption at the foot."""
    fonts.refuse_missing(fonts.missing(seal.text + seal.caption, (fonts.SERIF,)), field="seal")
    gaps = max(len(seal.text) - 1, 1)
    step = min(RING_DEGREES / gaps, WIDEST_STEP)
    size = min(19.5, step * 1.12 + 1)
    letters = [
        f'<text transform="rotate({step * (number - gaps / 2):.2f} 100 100)" x="100" y="{16 + size:.1f}" '
        f'font-size="{size:.1f}">{escape(char)}</text>'
        for number, char in enumerate(seal.text)
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f'<circle cx="100" cy="100" r="95" fill="none" stroke="{SEAL_RED}" stroke-width="5"/>'
        f'<polygon points="{STAR}" fill="{SEAL_RED}"/>'
        f'<g font-family="{fonts.SERIF}" font-weight="700" text-anchor="middle" fill="{SEAL_RED}">{"".join(letters)}'
        f'<text x="100" y="161" font-size="17" letter-spacing="3">{escape(seal.caption)}</text></g></svg>'
    )
