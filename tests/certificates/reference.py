"""The same certificate laid out by the page engine, and where every character of a PDF stands.

The reference takes the paragraphs and their sizes from the design; lines, positions and glyphs are the engine's own.
Three things it must be told, because the engine leaves them out: a line may break outside quotes and brackets, also
beside a Latin word; marks that share a blank half do so across a change of style and across such a break; and
figures beside Latin letters keep the Chinese form of the font, as they have elsewhere in the text.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape

import pypdfium2

from certificates.designs import Block, Design, Paragraph
from certificates.fields import Fields
from certificates.shaping import break_places, squeezes
from certificates.typesetting import Run, filled
from core import pdf

RULES = """
@page {{ size: {width}mm {height}mm; margin: 0 }}
html, body, p {{ margin: 0 }}
section {{ position: relative; height: {height}mm; break-after: page; overflow: hidden }}
section:last-child {{ break-after: auto }}
div {{ position: absolute; font-family: "Luyan Serif" }}
i {{ font-style: normal; font-feature-settings: "locl" 0 }}
u {{ text-decoration: none; margin-right: -.5em }}
wbr {{ letter-spacing: 0 }}
"""
TOLD = set("“”‘’（）《》")
WESTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,%/-]*")


def laid_out(design: Design, rows: list[Fields]) -> bytes:
    """The texts of the design by the page engine, at full size, a page for each certificate."""
    pages = "".join(f"<section>{_texts(design, fields.values())}</section>" for fields in rows)
    html = f'<html lang="zh-CN"><body>{pages}</body></html>'
    return pdf.write(html, sheets=(), css=RULES.format(width=design.width, height=design.height))


def _texts(design: Design, values: dict) -> str:
    return "".join(_block(block, values, design) for block in design.blocks)


def at_full_size(design: Design) -> Design:
    """The design with room for every text, and without what the engine cannot do: justified Chinese, middle, seals."""
    blocks = tuple(
        replace(
            block,
            valign="top",
            box=replace(block.box, height=design.height - block.box.y),
            paragraphs=tuple(_unfitted(paragraph) for paragraph in block.paragraphs),
        )
        for block in design.blocks
    )
    return replace(design, blocks=blocks, seals=(), qr=None, frame="")


def _unfitted(paragraph: Paragraph) -> Paragraph:
    align = "left" if paragraph.align == "justify" else paragraph.align
    return replace(paragraph, align=align, one_line_down_to=1, max_lines=0)


def _block(block: Block, values: dict, design: Design) -> str:
    box, html = block.box, ""
    for paragraph, runs in filled(block, values, design.accents):
        style = (
            f"font-size:{paragraph.size}pt; line-height:{paragraph.leading}; text-align:{paragraph.align}; "
            f"text-indent:{paragraph.indent + (paragraph.tracking if paragraph.align == 'center' else 0)}em; "
            f"padding-top:{paragraph.space_before}pt"
        )
        html += f'<p style="{style}">{"".join(_spans(runs))}</p>'
    return f'<div style="left:{box.x}mm; top:{box.y}mm; width:{box.width}mm">{html}</div>'


def _spans(runs: list[Run]) -> Iterator[str]:
    text = "".join(run.text for run in runs)
    breaks, start = set(break_places(text)), 0
    for run in runs:
        end, marked, place = start + len(run.text), "", start
        for western in WESTERN.finditer(text, start, end):
            marked += "".join(_marked(text, char, breaks) for char in range(place, western.start()))
            place = western.end()
            marked += f"<i>{escape(western[0])}</i>{_told(text, place - 1, breaks)}"
        marked += "".join(_marked(text, char, breaks) for char in range(place, end))
        style = run.style
        yield (
            f'<span style="font-size:{style.size}pt; line-height:0; font-weight:{style.face.weight}; '
            f"letter-spacing:{style.tracking}em; color:{style.colour}; "
            f'white-space:{"nowrap" if run.solid else "normal"}">{marked}</span>'
        )
        start = end


def _marked(text: str, char: int, breaks: set[int]) -> str:
    """One character, with what the engine must be told after it."""
    after = text[char + 1 : char + 2]
    shown = escape(text[char])
    if after and squeezes(text[char], after):
        shown = f"<u>{shown}</u>"
    return shown + _told(text, char, breaks)


def _told(text: str, char: int, breaks: set[int]) -> str:
    is_told = char + 1 in breaks and {text[char], *text[char + 1 : char + 2]} & TOLD
    return "<wbr>" if is_told else ""


def characters(document: bytes, page: int = 0) -> list[tuple[str, float, float]]:
    """Every visible character of a page with the left and lower edge of its ink, in the order of the file."""
    texts = pypdfium2.PdfDocument(document)[page].get_textpage()
    found = []
    for number in range(texts.count_chars()):
        char = texts.get_text_range(number, 1)
        if char.strip():
            left, bottom, _right, _top = texts.get_charbox(number)
            found.append((char, left, bottom))
    return found


def text_of(document: bytes, page: int = 0) -> str:
    """The text of a page as a reader copies it, without white space."""
    return "".join(pypdfium2.PdfDocument(document)[page].get_textpage().get_text_range().split())
