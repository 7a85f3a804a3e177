"""Proofs that the demo's entries bring: one sample sheet for each kind of document, plainly marked as a sample."""

from functools import cache
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from contests.states import DocumentKind
from seeds.story.typeface import embed

TITLES = {
    DocumentKind.PLAN: "商业计划书",
    DocumentKind.LICENCE: "营业执照",
    DocumentKind.IDENTITY: "身份证件",
    DocumentKind.STATUS: "身份类别证明",
    DocumentKind.PLEDGE: "诚信承诺书",
    DocumentKind.SHARE: "持股证明",
    DocumentKind.INSURANCE: "社保缴纳证明和完税证明",
}


@cache
def paper(kind: str) -> bytes:
    """A one-page PDF with the name of the document and the word 示例 across it."""
    out = BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=1)
    regular, bold = embed(page)
    width, height = A4
    page.setFont(bold, 26)
    page.drawCentredString(width / 2, height - 120, TITLES.get(kind, "证明材料"))
    page.setFont(regular, 14)
    page.drawCentredString(width / 2, height - 160, "本页为演示数据，不含任何真实证件信息")
    page.setFont(bold, 90)
    page.setFillGray(0.88)
    page.drawCentredString(width / 2, height / 2, "示例")
    page.showPage()
    page.save()
    return out.getvalue()
