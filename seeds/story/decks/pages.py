"""The pages that a pitch is made of, each drawn from the facts of a told project."""

from dataclasses import dataclass

from reportlab.lib.colors import white

from seeds.story.chance import Chance
from seeds.story.decks import charts
from seeds.story.decks.sheet import HEIGHT, MARGIN, WIDTH, Sheet, wrapped
from seeds.story.people import TODAY
from seeds.story.project import Project
from seeds.story.vocabulary import deck_words, industries

INNER = WIDTH - 2 * MARGIN


@dataclass(frozen=True, slots=True)
class Pitch:
    """What every page needs: the project, its chances and where it comes from in words."""

    told: Project
    chance: Chance
    city: str

    def heading(self, page: str) -> str:
        return self.chance.pick(deck_words()["slides"][page])


def cover(sheet: Sheet, pitch: Pitch) -> None:
    theme, told = sheet.theme, pitch.told
    colour, faint, left = theme.ink, theme.grey, MARGIN + 24
    if theme.cover == "full":
        sheet.box(0, 0, WIDTH, HEIGHT, theme.main)
        sheet.dot(860, 80, 190, theme.second)
        sheet.dot(900, 500, 90, theme.warm)
        colour, faint = white, theme.pale
    elif theme.cover == "band":
        sheet.box(0, 380, WIDTH, 160, theme.main)
        sheet.box(0, 372, WIDTH, 8, theme.warm)
    elif theme.cover == "split":
        sheet.box(0, 0, 190, HEIGHT, theme.main)
        sheet.box(190, 0, 12, HEIGHT, theme.warm)
        left = 250
    else:
        sheet.box(0, 0, WIDTH, HEIGHT, theme.pale)
        sheet.box(36, 36, WIDTH - 72, HEIGHT - 72, white, line=theme.main)
    size = 40 if len(told.name) <= 20 else 34
    lines = wrapped(told.name, size, WIDTH - left - 150)
    high = 220 - (len(lines) - 1) * size * 0.7
    for text in lines:
        sheet.text(left, high, text, size, bold=True, colour=colour if theme.cover == "full" else theme.main)
        high += size * 1.4
    if theme.cover == "frame":
        sheet.box(left, high - size * 0.6, 90, 6, theme.warm)
    sheet.paragraph(left, high + 30, WIDTH - left - 140, told.texts.one_line, 18, colour=faint, most=2)
    foot = white if theme.cover in ("full", "band") else theme.grey
    where = f"{industries()[told.industry]['name']}  ·  {pitch.city}"
    sheet.text(left, 460, where, 18, colour=foot)


def problem(sheet: Sheet, pitch: Pitch) -> None:
    theme, offer = sheet.theme, pitch.told.offer
    sheet.heading(pitch.heading("problem"), offer.scene)
    parts = [part for part in offer.pain.replace("；", "，").split("，") if part][:3]
    tall = (324 - 18 * (len(parts) - 1)) / len(parts)
    for place, part in enumerate(parts):
        high = 130 + place * (tall + 18)
        sheet.box(MARGIN, high, INNER * 0.6, tall, theme.pale, radius=10)
        middle = high + tall / 2
        sheet.text(MARGIN + 26, middle + 13, str(place + 1), 36, bold=True, colour=theme.warm)
        sheet.paragraph(MARGIN + 80, middle + 8, INNER * 0.6 - 110, part, 20, leading=1.45, most=2)
    sheet.box(MARGIN + INNER * 0.66, 130, INNER * 0.34, 324, theme.main, radius=10)
    sheet.text(MARGIN + INNER * 0.66 + 26, 178, "谁最需要", 20, bold=True, colour=white)
    sheet.paragraph(MARGIN + INNER * 0.66 + 26, 222, INNER * 0.34 - 50, offer.customers, 22, bold=True, colour=white)
    count = pitch.chance.between(3, 9) * 10
    sheet.text(MARGIN + INNER * 0.66 + 26, 380, f"{count}%", 46, bold=True, colour=theme.pale)
    sheet.text(MARGIN + INNER * 0.66 + 26, 414, "受访用户有此困扰", 15, colour=theme.pale)


def product(sheet: Sheet, pitch: Pitch) -> None:
    theme, offer = sheet.theme, pitch.told.offer
    sheet.heading(pitch.heading("product"), offer.technique)
    wide = INNER / 4
    for place, name in enumerate(deck_words()["flow"][offer.kind]):
        left = MARGIN + place * wide
        sheet.box(left, 128, wide - 34, 70, theme.main if place % 2 == 0 else theme.second, radius=8)
        sheet.text(left + (wide - 34) / 2, 170, name, 20, bold=True, colour=white, align="center")
        if place < 3:
            sheet.text(left + wide - 17, 171, "→", 22, colour=theme.warm, align="center")
    for place, edge in enumerate((offer.edge, offer.edge2)):
        left = MARGIN + place * (INNER / 2 + 6)
        sheet.box(left, 236, INNER / 2 - 6, 130, theme.pale, radius=10)
        sheet.box(left, 236, 6, 130, theme.warm)
        sheet.paragraph(left + 28, 282, INNER / 2 - 60, edge, 19, leading=1.55, most=3)
    sheet.box(MARGIN, 394, INNER, 66, theme.main, radius=10)
    sheet.text(WIDTH / 2, 434, offer.gain, 22, bold=True, colour=white, align="center")


def innovation(sheet: Sheet, pitch: Pitch) -> None:
    chance, offer = pitch.chance, pitch.told.offer
    sheet.heading(pitch.heading("innovation"), offer.technique2)
    names = deck_words()["compared_service" if offer.service else "compared"]
    pairs = [(name, chance.between(78, 96), chance.between(38, 74)) for name in names]
    charts.rows(sheet, MARGIN, 150, INNER, pairs, ("本项目", "现有方案"))


def market(sheet: Sheet, pitch: Pitch) -> None:
    theme, chance = sheet.theme, pitch.chance
    sheet.heading(pitch.heading("market"), "单位：亿元")
    value, growth = chance.between(12, 60), chance.between(9, 24)
    points = []
    for year in range(TODAY.year - 3, TODAY.year + 3):
        points.append((str(year), value))
        value = round(value * (1 + growth / 100), 1)
    if chance.happens(0.5):
        charts.bars(sheet, MARGIN, 140, INNER * 0.62, 300, points, colour=theme.second, last=theme.main)
    else:
        charts.line(sheet, MARGIN + 30, 150, INNER * 0.58, 290, points, colour=theme.main)
    left = MARGIN + INNER * 0.68
    sheet.text(left, 180, f"{growth}%", 52, bold=True, colour=theme.warm)
    sheet.text(left, 212, "年均增长", 16, colour=theme.grey)
    sheet.paragraph(left, 266, INNER * 0.32, pitch.told.texts.market.split("。")[0] + "。", 16, leading=1.7, most=7)


def business(sheet: Sheet, pitch: Pitch) -> None:
    theme, chance, told = sheet.theme, pitch.chance, pitch.told
    sheet.heading(pitch.heading("business"), told.offer.customers)
    first = told.texts.business_model.split("。")[0]
    sheet.box(MARGIN, 140, INNER * 0.5, 300, theme.pale, radius=12)
    sheet.paragraph(MARGIN + 32, 192, INNER * 0.5 - 64, first + "。", 20, leading=1.8, most=4)
    for place, name in enumerate(("复购客户占比", "回款及时率")):
        left = MARGIN + 32 + place * INNER * 0.24
        sheet.text(left, 388, f"{chance.between(58, 97)}%", 38, bold=True, colour=theme.main)
        sheet.text(left, 416, name, 15, colour=theme.grey)
    parts = [("产品销售", chance.between(48, 62)), ("服务收入", chance.between(20, 28))]
    parts.append(("其他", 100 - sum(value for _name, value in parts)))
    charts.ring(sheet, MARGIN + INNER * 0.68, 290, 110, parts, [theme.main, theme.second, theme.warm])


def result(sheet: Sheet, pitch: Pitch) -> None:
    theme, chance, told = sheet.theme, pitch.chance, pitch.told
    sheet.heading(pitch.heading("result"), "单位：万元" if told.figures.revenue_wan else "")
    revenue = int(told.figures.revenue_wan or 0)
    if not revenue:
        marks = deck_words()["past"][told.figures.stage]
        months = [f"{TODAY.year - 1}.{month}" for month in (3, 9)] + [f"{TODAY.year}.{month}" for month in (2, 6)]
        charts.steps(sheet, MARGIN, 230, INNER, list(zip(months, marks, strict=True)), theme.main)
        sheet.paragraph(MARGIN, 400, INNER, told.texts.rights or told.offer.gain, 18, colour=theme.grey, most=2)
        return
    first = max(1, revenue * chance.between(18, 45) // 100)
    points = [
        (str(TODAY.year - 3), first),
        (str(TODAY.year - 2), (first + revenue) // 2),
        (str(TODAY.year - 1), revenue),
        (f"{TODAY.year}（预计）", revenue * chance.between(12, 19) // 10),
    ]
    charts.bars(sheet, MARGIN, 140, INNER * 0.55, 290, points, colour=theme.main, last=theme.warm)
    facts = (
        (f"{told.figures.employees}人", "现有员工"),
        (f"{told.figures.key_group_employees}人", "重点群体就业"),
        (f"{told.figures.expected_jobs}个", "预计新增岗位"),
    )
    for place, (value, name) in enumerate(facts):
        high = 136 + place * 106
        sheet.box(MARGIN + INNER * 0.64, high, INNER * 0.36, 88, theme.pale, radius=10)
        sheet.text(MARGIN + INNER * 0.67, high + 54, value, 30, bold=True, colour=theme.main)
        sheet.text(WIDTH - MARGIN - 20, high + 52, name, 16, colour=theme.grey, align="right")


def team(sheet: Sheet, pitch: Pitch) -> None:
    """Tasks, posts and degrees: neither names nor schools, so that a blind review stays blind."""
    theme, told = sheet.theme, pitch.told
    sheet.heading(pitch.heading("team"), f"共{len(told.members)}人")
    columns = ((MARGIN + 20, "分工"), (MARGIN + 300, "职务"), (MARGIN + 540, "学历"), (MARGIN + 740, "从业年限"))
    sheet.box(MARGIN, 118, INNER, 40, theme.main)
    for left, name in columns:
        sheet.text(left, 145, name, 16, bold=True, colour=white)
    for place, member in enumerate(told.members[:7]):
        high = 158 + place * 46
        if place % 2:
            sheet.box(MARGIN, high, INNER, 46, theme.pale)
        since = member.person.graduated_on
        years = f"{max(TODAY.year - since.year, 1)}年" if since else "在读"
        facts = (member.work, member.person.title, member.person.degree, years)
        for (left, _name), fact in zip(columns, facts, strict=True):
            sheet.text(left, high + 30, fact, 16, bold=left == columns[0][0] and place == 0)


def funding(sheet: Sheet, pitch: Pitch) -> None:
    theme, chance, figures = sheet.theme, pitch.chance, pitch.told.figures
    sheet.heading(pitch.heading("funding"), "")
    rounds = deck_words()["rounds"]
    wanted = f"{figures.wanted_wan:g}万元"
    sheet.box(MARGIN, 130, INNER * 0.42, 320, theme.main, radius=12)
    sheet.text(MARGIN + 30, 184, rounds[figures.wanted_round], 22, bold=True, colour=theme.pale)
    sheet.text(MARGIN + 30, 256, wanted, 46, bold=True, colour=white)
    share = "担保方式协商" if figures.wanted_round == "loan" else f"拟出让股权{chance.between(5, 18)}%"
    sheet.text(MARGIN + 30, 304, share, 18, colour=theme.pale)
    past = rounds[figures.financed_round]
    if figures.financed_wan:
        past += f"已到账{figures.financed_wan:g}万元"
    sheet.text(MARGIN + 30, 400, past, 17, colour=theme.pale)
    colours = [theme.main, theme.second, theme.warm, theme.grey]
    parts = [(name, value) for name, value in chance.pick(deck_words()["funds"])]
    charts.ring(sheet, MARGIN + INNER * 0.6, 290, 110, parts, colours)


def plan(sheet: Sheet, pitch: Pitch) -> None:
    theme, chance, told = sheet.theme, pitch.chance, pitch.told
    sheet.heading(pitch.heading("plan"), pitch.city)
    words = {
        "a": chance.between(20, 90), "c": chance.between(4, 12), "d": chance.between(5, 30) * 100,
        "jobs": told.figures.expected_jobs, "base": f"{pitch.city}生产服务基地",
    }  # fmt: skip
    texts = [text.format(**words) for text in chance.pick(deck_words()["future"])]
    years = [str(TODAY.year + place) for place in range(3)]
    charts.steps(sheet, MARGIN, 220, INNER, list(zip(years, texts, strict=True)), theme.main)
    sheet.box(MARGIN, 392, INNER, 66, theme.pale, radius=10)
    sheet.text(WIDTH / 2, 432, pitch.heading("end"), 22, bold=True, colour=theme.main, align="center")
