"""Charts drawn with plain shapes: bars, a line, a ring, rows to compare, a line of time."""

from math import cos, radians, sin

from reportlab.lib.colors import Color, white

from seeds.story.decks.sheet import HEIGHT, Sheet, wrapped

Points = list[tuple[str, float]]


def _top(values: list[float]) -> float:
    return max(values) * 1.12 or 1


def bars(sheet: Sheet, x, y, width, height, points: Points, *, colour: Color, last: Color | None = None) -> None:
    """Upright bars with their values above and their names below; `last` marks the final one."""
    theme, top = sheet.theme, _top([value for _name, value in points])
    step = width / len(points)
    sheet.rule(x, y + height, x + width, y + height, theme.grey, 0.8)
    for place, (name, value) in enumerate(points):
        tall = height * value / top
        middle = x + step * (place + 0.5)
        shade = last if last and place == len(points) - 1 else colour
        sheet.box(middle - step * 0.3, y + height - tall, step * 0.6, max(tall, 1), shade)
        sheet.text(middle, y + height - tall - 8, f"{value:g}", 14, bold=True, align="center")
        sheet.text(middle, y + height + 20, name, 14, colour=theme.grey, align="center")


def line(sheet: Sheet, x, y, width, height, points: Points, *, colour: Color) -> None:
    """A line with dots over a faint grid."""
    theme, top = sheet.theme, _top([value for _name, value in points])
    for part in range(5):
        level = y + height * part / 4
        sheet.rule(x, level, x + width, level, theme.pale, 1)
    step = width / max(len(points) - 1, 1)
    places = [(x + step * place, y + height - height * value / top) for place, (_name, value) in enumerate(points)]
    path = sheet.canvas.beginPath()
    for place, (left, high) in enumerate(places):
        (path.lineTo if place else path.moveTo)(round(left), round(HEIGHT - high))
    sheet.pen(colour, 3)
    sheet.canvas.drawPath(path, stroke=1, fill=0)
    for (left, high), (name, value) in zip(places, points, strict=True):
        sheet.dot(left, high, 6, colour)
        sheet.dot(left, high, 3, white)
        sheet.text(left, high - 14, f"{value:g}", 14, bold=True, align="center")
        sheet.text(left, y + height + 22, name, 14, colour=theme.grey, align="center")


def ring(sheet: Sheet, x, y, radius, parts: Points, colours: list[Color]) -> None:
    """A ring of parts with its legend to the right, each with its per cent."""
    start = 90.0
    for (_name, value), colour in zip(parts, colours, strict=False):
        turn = -360 * value / 100
        sheet.fill(colour)
        sheet.pen(white, 2)
        sheet.canvas.wedge(
            x - radius, HEIGHT - y - radius, x + radius, HEIGHT - y + radius, start, turn, stroke=1, fill=1
        )
        middle = radians(start + turn / 2)
        if value >= 12:
            left, high = x + radius * 0.8 * cos(middle), y - radius * 0.8 * sin(middle)
            sheet.text(left, high + 5, f"{value:g}%", 13, bold=True, colour=white, align="center")
        start += turn
    sheet.dot(x, y, radius * 0.58, white)
    for place, ((name, value), colour) in enumerate(zip(parts, colours, strict=False)):
        high = y - radius + 24 + place * 34
        sheet.dot(x + radius + 36, high - 5, 7, colour)
        sheet.text(x + radius + 52, high, f"{name} {value:g}%", 16)


def rows(sheet: Sheet, x, y, width, pairs: list[tuple[str, float, float]], names: tuple[str, str]) -> None:
    """Two lying bars for each row, ours and theirs, both between 0 and 100."""
    theme = sheet.theme
    sheet.dot(x + width - 180, y - 18, 6, theme.main)
    sheet.text(x + width - 168, y - 13, names[0], 13, colour=theme.grey)
    sheet.dot(x + width - 80, y - 18, 6, theme.second)
    sheet.text(x + width - 68, y - 13, names[1], 13, colour=theme.grey)
    for place, (name, ours, theirs) in enumerate(pairs):
        high = y + place * 62
        sheet.text(x, high + 24, name, 17, bold=True)
        for offset, value, colour in ((4, ours, theme.main), (26, theirs, theme.second)):
            long = (width - 150) * value / 100
            sheet.box(x + 100, high + offset, long, 16, colour, radius=3)
            sheet.text(x + 108 + long, high + offset + 13, f"{value:g}", 13, colour=theme.grey)


def steps(sheet: Sheet, x, y, width, marks: list[tuple[str, str]], colour: Color) -> None:
    """Marks along a line of time: the date above, what is reached below."""
    sheet.rule(x, y, x + width, y, colour, 3)
    gap = width / len(marks)
    for place, (when, what) in enumerate(marks):
        middle = x + gap * (place + 0.5)
        sheet.dot(middle, y, 9, colour)
        sheet.dot(middle, y, 4, white)
        sheet.text(middle, y - 24, when, 18, bold=True, colour=colour, align="center")
        for row, text in enumerate(wrapped(what, 17, gap * 0.84)):
            sheet.text(middle, y + 42 + row * 26, text, 17, align="center")
