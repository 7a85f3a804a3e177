"""Pitch decks as real PDFs: six to nine pages of 16:9 that differ from project to project."""

from seeds.story.chance import Chance
from seeds.story.decks import mentor, pages
from seeds.story.decks.pages import Pitch
from seeds.story.decks.sheet import Sheet
from seeds.story.decks.theme import theme
from seeds.story.places import regions
from seeds.story.project import Project

ALWAYS = ("cover", "problem", "product", "market", "team", "funding")
SOMETIMES = {"innovation": 0.7, "business": 0.6, "result": 0.75, "plan": 0.6}
ORDER = (
    pages.cover, pages.problem, pages.product, pages.innovation, pages.market, pages.business, pages.result,
    pages.team, pages.funding, pages.plan,
)  # fmt: skip


def deck(told: Project) -> bytes:
    """The deck of a told project: always the same bytes for the same project."""
    chance = Chance("deck", told.index, told.name)
    sheet = Sheet(theme(chance), told.name)
    pitch = Pitch(told, chance, regions()[told.city].name)
    if told.offer is None:
        mentor.draw(sheet, pitch)
        return sheet.finish()
    wanted = {name for name, likely in SOMETIMES.items() if chance.happens(likely)}
    if len(wanted) == len(SOMETIMES):
        wanted.discard(chance.pick(list(SOMETIMES)))
    for page in ORDER:
        if page.__name__ in ALWAYS or page.__name__ in wanted:
            page(sheet, pitch)
            sheet.next()
    return sheet.finish()
