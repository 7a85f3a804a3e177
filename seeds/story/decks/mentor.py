"""A mentor's deck: the person's method, record and plans instead of a product."""

from reportlab.lib.colors import white

from seeds.story.decks import charts, pages
from seeds.story.decks.sheet import MARGIN, WIDTH, Sheet
from seeds.story.people import TODAY

INNER = WIDTH - 2 * MARGIN


def draw(sheet: Sheet, pitch: pages.Pitch) -> None:
    for page in (pages.cover, _method, _record, _fields, _words, _plan):
        page(sheet, pitch)
        sheet.next()


def _method(sheet: Sheet, pitch: pages.Pitch) -> None:
    theme = sheet.theme
    sheet.heading("辅导方法", "三步辅导法")
    for place, (name, text) in enumerate(
        (
            ("诊断", "用半天时间与团队一起梳理商业模式和现金流"),
            ("陪伴", "三个月为周期，每两周复盘一次"),
            ("对接", "对接场地、贷款和订单资源"),
        )
    ):
        left = MARGIN + place * (INNER / 3 + 4)
        sheet.box(left, 140, INNER / 3 - 12, 280, theme.pale, radius=12)
        sheet.box(left, 140, INNER / 3 - 12, 84, theme.main if place % 2 == 0 else theme.second, radius=12)
        sheet.text(left + INNER / 6 - 6, 194, name, 28, bold=True, colour=white, align="center")
        sheet.paragraph(left + 26, 280, INNER / 3 - 64, text, 20, leading=1.7, most=5)


def _record(sheet: Sheet, pitch: pages.Pitch) -> None:
    sheet.heading("帮扶成效", "累计帮扶团队（个）")
    value, points = pitch.chance.between(6, 20), []
    for year in range(TODAY.year - 5, TODAY.year + 1):
        points.append((str(year), value))
        value += pitch.chance.between(6, 28)
    charts.bars(sheet, MARGIN, 140, INNER, 300, points, colour=sheet.theme.second, last=sheet.theme.main)


def _fields(sheet: Sheet, pitch: pages.Pitch) -> None:
    sheet.heading("服务对象", "")
    chance, theme = pitch.chance, sheet.theme
    parts = [
        ("高校毕业生", chance.between(28, 36)),
        ("退役军人", chance.between(14, 22)),
        ("返乡人员", chance.between(18, 26)),
    ]
    parts.append(("其他创业者", 100 - sum(value for _name, value in parts)))
    charts.ring(sheet, MARGIN + 190, 290, 140, parts, [theme.main, theme.second, theme.warm, theme.grey])


def _words(sheet: Sheet, pitch: pages.Pitch) -> None:
    sheet.heading("典型做法", pitch.city)
    high = 150.0
    for text in (pitch.told.texts.innovation, pitch.told.texts.business_model, pitch.told.texts.market):
        sheet.dot(MARGIN + 8, high - 7, 6, sheet.theme.warm)
        high = sheet.paragraph(MARGIN + 30, high, INNER - 40, text, 19, leading=1.6, most=3) + 22


def _plan(sheet: Sheet, pitch: pages.Pitch) -> None:
    sheet.heading("今后打算", "")
    marks = [
        (str(TODAY.year + place), text) for place, text in enumerate(("课程进乡镇", "培养青年导师", "建立区域导师联盟"))
    ]
    charts.steps(sheet, MARGIN, 230, INNER, marks, sheet.theme.main)
