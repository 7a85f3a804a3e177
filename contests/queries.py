"""Who holds which role where, and what the public pages show."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from itertools import chain

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.states import Role
from contests.models import Contest, Grant, Notice, NoticeLine, RecommendingUnit, Season
from contests.states import HostPart, NoticeKind, SeasonState, StageKind, UnitKind
from core.tasks import Task

TAG_SECONDS = 5
TRACK_SECONDS = 3600


def grants_of(user) -> list[Grant]:
    """The live grants of an account, read once for each user object (one request)."""
    if not user.is_authenticated:
        return []
    if not hasattr(user, "_live_grants"):
        held = Grant.objects.live().filter(user=user)
        user._live_grants = list(held.select_related("contest", "season", "region", "organisation"))
    return user._live_grants


def has_role(user, role: Role) -> bool:
    return any(grant.role == role for grant in grants_of(user))


def is_administrator(user) -> bool:
    return user.is_authenticated and (user.is_superuser or has_role(user, Role.ADMINISTRATOR))


def covers_season(grant: Grant, season) -> bool:
    """Whether the contest and season of a grant take in this season."""
    return grant.contest_id in (None, season.contest_id) and grant.season_id in (None, season.pk)


def runs_season(user, season) -> bool:
    """Provincial organiser of this season, or administrator."""
    return is_administrator(user) or any(
        grant.role == Role.PROVINCE and covers_season(grant, season) for grant in grants_of(user)
    )


def runs_contest(user, contest) -> bool:
    """Provincial organiser of all its seasons, or administrator: who may set up a further season of it."""
    return is_administrator(user) or any(
        grant.role == Role.PROVINCE and grant.contest_id == contest.pk and grant.season_id is None
        for grant in grants_of(user)
    )


def runs_some_contest(user) -> bool:
    """May set up seasons of some contest at all."""
    return is_administrator(user) or any(
        grant.role == Role.PROVINCE and grant.contest_id and grant.season_id is None for grant in grants_of(user)
    )


def runs_some_season(user) -> bool:
    """Organises a season at all, be it by a role for one edition only."""
    return is_administrator(user) or has_role(user, Role.PROVINCE)


def contests_run_by(user) -> list[Contest]:
    """Contests whose next edition this user may begin."""
    return [one for one in Contest.objects.held() if runs_contest(user, one)]


def organisers_of(contest: Contest) -> list[str]:
    """Who may begin a further edition of a contest: the people with a role for all of it."""
    held = Grant.objects.live().filter(role=Role.PROVINCE, contest=contest, season=None)
    return list(held.order_by("pk").values_list("user__display_name", flat=True).distinct())


def officers_of(season: Season) -> list:
    """The accounts that run this season, each once: with a role for it or for all of its contest."""
    held = Grant.objects.live().filter(role=Role.PROVINCE, contest=season.contest_id)
    held = held.filter(Q(season=None) | Q(season=season)).select_related("user").order_by("pk")
    return list({grant.user_id: grant.user for grant in held}.values())


def watches_season(user, season) -> bool:
    """May look on: organiser, or supervisor of this season."""
    return runs_season(user, season) or any(
        grant.role == Role.SUPERVISOR and covers_season(grant, season) for grant in grants_of(user)
    )


def seasons_visible_to(user):
    """Seasons that an organiser or supervisor may open behind the public pages: the list form of `watches_season`."""
    if is_administrator(user):
        return Season.objects.all()
    scopes = Q(pk__in=[])
    for grant in grants_of(user):
        if grant.role in {Role.PROVINCE, Role.SUPERVISOR}:
            scope = Q(pk__isnull=False)
            if grant.contest_id:
                scope &= Q(contest_id=grant.contest_id)
            if grant.season_id:
                scope &= Q(pk=grant.season_id)
            scopes |= scope
    return Season.objects.filter(scopes)


def entry_phase(season: Season, at: datetime) -> str:
    """`before`, `open` or `after` the window of entry; `closed` when the season has ended."""
    if season.state == SeasonState.CLOSED:
        return "closed"
    if at < season.entry_opens:
        return "before"
    return "open" if at.replace(microsecond=0) <= season.entry_closes else "after"


@dataclass
class ContestCard:
    """A contest with the season that matters now, as the list shows it."""

    contest: Contest
    season: Season | None
    phase: str
    earlier: list[Season]
    hosts: list[str]


def contest_card(contest: Contest, at: datetime) -> ContestCard:
    """Needs `public_seasons` (newest first) and `parts` prefetched."""
    seasons = contest.public_seasons
    current = seasons[0] if seasons else None
    hosts = [part.organisation.local_name for part in contest.parts.all() if part.part == HostPart.HOST]
    return ContestCard(contest, current, entry_phase(current, at) if current else "", seasons[1:], hosts)


def season_tag(slug: str, year: int, language: str, at: datetime) -> str | None:
    """Entity tag of a public season page; read from the database at most every few seconds."""
    key = f"season-tag:{slug}:{year}"
    stamp = cache.get(key)
    if stamp is None:
        row = (
            Season.objects.public()
            .filter(contest__slug=slug, year=year)
            .annotate(last=Max("notices__published_at"), gone=Max("notices__withdrawn_at"))
            .values_list("pk", "updated_at", "entry_opens", "entry_closes", "last", "gone")
            .first()
        )
        if row is None:
            return None
        stamp = row
        cache.set(key, stamp, TAG_SECONDS)
    _pk, _updated, opens, closes, *_rest = stamp
    phase = (at >= opens, at > closes)
    return '"' + hashlib.sha256(repr((stamp, phase, language, f"{at:%F}")).encode()).hexdigest()[:24] + '"'


class SeasonFacts:
    """The set-up of a season for reading pages, each part read when the template asks for it."""

    def __init__(self, season: Season):
        self.season = season

    @cached_property
    def hosts(self) -> list[tuple[str, list[str]]]:
        parts: dict[str, list[str]] = {}
        for row in self.season.contest.parts.select_related("organisation"):
            parts.setdefault(row.get_part_display(), []).append(row.organisation.local_name)
        return list(parts.items())

    @cached_property
    def tracks(self):
        return list(self.season.tracks.all())

    @cached_property
    def rules(self):
        return list(self.season.eligibilityrules.current().select_related("track"))

    @cached_property
    def documents(self):
        return list(self.season.documentrequirements.current().select_related("track"))

    @cached_property
    def declarations(self):
        return list(self.season.declarations.current())

    @cached_property
    def stages(self):
        stages = self.season.stages.select_related("rubric", "scoring_rule")
        return list(stages.prefetch_related("segments", "rubric__criteria", "quotas__track"))

    @cached_property
    def rubrics(self):
        """Each rubric once, with the stages that use it."""
        used: dict = {}
        for stage in self.stages:
            if stage.rubric:
                used.setdefault(stage.rubric, []).append(stage)
        return list(used.items())

    @cached_property
    def awards(self):
        return list(self.season.awardlevels.current().select_related("track"))

    @cached_property
    def zones(self) -> list[tuple[str, list]]:
        """Units that recommend to the province, by kind."""
        found: dict[str, list] = {}
        for unit in self.season.units.filter(parent=None):
            found.setdefault(UnitKind(unit.kind).label, []).append(unit)
        return list(found.items())

    @cached_property
    def unit_count(self) -> int:
        return self.season.units.filter(accepts_entries=True).count()


def call_of(season: Season, at: datetime) -> Notice | None:
    """The call for entries that is public now."""
    return Notice.objects.public(at).filter(season=season, kind=NoticeKind.CALL).first()


def call_to_write(season: Season, public: Notice | None) -> dict[str, str]:
    """What an organiser starts from: the call as it is public, else the season's text under the usual title."""
    if public is not None:
        return {name: getattr(public, name) for name in ("title", "body", "title_en", "body_en")}
    titles = {}
    for name, code, called in (("title", settings.LANGUAGE_CODE, season.title), ("title_en", "en", season.title_en)):
        with override(code):
            titles[name] = _("Call for entries: %(season)s") % {"season": called} if called else ""
    return {**titles, "body": season.notice_text, "body_en": season.notice_text_en}


def lines_with(lines, word: str):
    return lines.filter(
        Q(title__icontains=word) | Q(number__icontains=word) | Q(unit__icontains=word) | Q(zone__icontains=word)
    )


def tracks_of_notice(notice: Notice) -> list[str]:
    """Tracks that the list names, in the order in which they appear: read once, as a published list stays as it is."""
    return cache.get_or_set(f"notice-tracks:{notice.pk}", partial(_tracks, notice), TRACK_SECONDS)


def _tracks(notice: Notice) -> list[str]:
    first = NoticeLine.objects.filter(notice=notice).values("track").annotate(last=Max("order")).order_by("last")
    return [row["track"] for row in first]


def in_english(season: Season) -> dict[str, str]:
    """What a frozen list calls tracks, levels, stages and units, with the English of the season beside it.

    A published line stays as it was printed; English is a help for reading it.
    """
    rows = chain(
        season.tracks.values_list("name", "name_en"),
        season.awardlevels.values_list("name", "name_en"),
        season.units.values_list("name", "name_en"),
    )
    return {name: english for name, english in rows if english}


def tasks_for(user, at: datetime) -> list[Task]:
    """What an organiser has to do about the seasons themselves: start prepared ones, watch the closing."""
    calls = Notice.objects.public(at).filter(season=OuterRef("pk"), kind=NoticeKind.CALL)
    seasons = seasons_visible_to(user).exclude(state=SeasonState.CLOSED).select_related("contest")
    seasons, found = seasons.annotate(called=Exists(calls)), []
    for season in seasons.order_by("entry_closes")[:20]:
        if not runs_season(user, season):
            continue
        if season.state == SeasonState.SETUP:
            found.append(
                Task(
                    title=_("Start “%(season)s”") % {"season": season},
                    why=_("It is prepared but not yet public."),
                    url=reverse("contests:checklist", args=[season.pk]),
                    action=_("Check and start"),
                    due=season.entry_opens,
                )
            )
        elif not season.called and at <= season.entry_closes:
            found.append(
                Task(
                    title=_("Publish a call for entries to “%(season)s”") % {"season": season},
                    why=_("The season is public, but its call for entries is not."),
                    url=reverse("contests:call", args=[season.pk]),
                    action=_("Write and publish"),
                    due=season.entry_opens,
                )
            )
        elif season.is_open(at):
            found.append(
                Task(
                    title=_("Entry to “%(season)s” is open") % {"season": season},
                    why=_("Watch which cities are slow, and remind drafts before the deadline."),
                    url=f"{reverse('projects:list')}?season={season.pk}",
                    action=_("See entries"),
                    due=season.entry_closes,
                    tone="go",
                )
            )
    return found


def units_without_officer(season: Season, at: datetime) -> list[RecommendingUnit]:
    """Zones and units that take entries for which no account holds a role now, neither the office's nor the city's."""
    grants = Grant.objects.live(at).filter(
        Q(contest=None) | Q(contest=season.contest_id), Q(season=None) | Q(season=season.pk)
    )
    offices = set(grants.filter(role=Role.UNIT).values_list("organisation", flat=True))
    cities = set(grants.filter(role=Role.CITY).values_list("region", flat=True))
    units = season.units.filter(Q(accepts_entries=True) | Q(parent=None)).order_by("region_id", "pk")
    return [unit for unit in units if unit.organisation_id not in offices and unit.region_id not in cities]


def judged_stages(season: Season):
    return season.stages.filter(kind__in=StageKind.judged())
