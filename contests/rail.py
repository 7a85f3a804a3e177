"""The parts of a season's set-up as the left rail lists them: how many rows each has, where something is missing."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests import parts
from contests.models import Season, Stage
from contests.sections import ALL, Section
from contests.states import StageKind

DOORS = (
    ("checklist", "checklist", _("Check list")),
    ("file", "file-export", gettext_lazy("Season file")),
    ("copy", "copy", gettext_lazy("Copy into a new season")),
    ("call", "speakerphone", gettext_lazy("Call for entries")),
    ("preview", "eye", gettext_lazy("Preview")),
)


@dataclass(frozen=True)
class Item:
    section: Section
    url: str
    count: int
    samples: int
    missing: str

    @property
    def key(self) -> str:
        return self.section.key


class Rail:
    """Everything that the rail of one season shows, in one statement for all parts."""

    def __init__(self, season: Season):
        self.season = season

    @cached_property
    def items(self) -> list[Item]:
        counts = self._counts
        return [
            Item(
                one,
                reverse("contests:section", args=[self.season.pk, one.key]),
                counts[f"n_{one.key}"],
                counts.get(f"s_{one.key}", 0),
                self._missing(one, counts),
            )
            for one in ALL
        ]

    @cached_property
    def _counts(self) -> dict[str, int]:
        asked = {}
        for one in ALL:
            asked[f"n_{one.key}"] = self._number(one, Q())
            if "sample" in one.fields:
                asked[f"s_{one.key}"] = self._number(one, Q(sample=True))
        judged = Stage.objects.filter(season=OuterRef("pk"), kind__in=StageKind.judged())
        unready = judged.filter(Q(rubric=None) | Q(scoring_rule=None) | Q(judges_per_entry=0))
        asked |= {"judged": _count(judged, "season"), "unready": _count(unready, "season")}
        return Season.objects.filter(pk=self.season.pk).values(**asked).get()

    def _number(self, section: Section, which: Q):
        return _count(section.rows(OuterRef("pk")).filter(which), section.path)

    def _missing(self, section: Section, counts: dict[str, int]) -> str:
        if section.needed and not counts[f"n_{section.key}"]:
            return _("Nothing here yet; a season needs it.")
        if section.key == "stages" and not counts["judged"]:
            return _("No judged stage yet.")
        if section.key == "stages" and counts["unready"]:
            return _("A judged stage lacks its rubric, its scoring rule or its judges.")
        return ""

    @property
    def parts(self) -> list[tuple[str, str, str, str]]:
        """Parts that other rooms set up: (key, address, icon, title)."""
        return [
            (one.key, reverse(one.page, args=[self.season.pk]), one.icon, str(one.title)) for one in parts.registered()
        ]

    @property
    def samples(self) -> int:
        return sum(one.samples for one in self.items)

    @property
    def missing(self) -> list[Item]:
        return [one for one in self.items if one.missing]


def _count(rows, path: str):
    """The number of rows of a season as a subquery, 0 where there is none."""
    counted = rows.order_by().values(path).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def doors(season: Season) -> list[tuple[str, str, str]]:
    """Pages about the whole season, as far as they exist: (address, icon, words)."""
    found = []
    for name, icon, words in DOORS:
        try:
            found.append((reverse(f"contests:{name}", args=[season.pk]), icon, words))
        except NoReverseMatch:
            continue
    return found
