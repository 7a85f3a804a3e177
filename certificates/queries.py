"""Reads on awards and certificates."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.models import Award, Certificate, CertificateDesign
from certificates.states import AwardState, CertificateState
from contests.models import Heat, Season
from contests.queries import runs_season, seasons_visible_to
from contests.states import HeatState
from core.tasks import Task
from judging.models import Ranking
from projects.models import Participation
from projects.states import Outcome

MOST_SEASONS = 12


def seasons_run_by(user) -> list[Season]:
    """Seasons whose awards this user gives: those it may open, less those it only watches."""
    return [season for season in seasons_visible_to(user).select_related("contest") if runs_season(user, season)]


def certificates_visible_to(user):
    """Certificates of own projects and of seasons the user organises: the list form of `certificates.print`."""
    if not user.is_authenticated:
        return Certificate.objects.none()
    return Certificate.objects.filter(
        Q(award__entry__project__owner=user) | Q(award__entry__season__in=seasons_run_by(user))
    ).select_related("award__entry__season__contest", "award__entry__track", "award__entry__project", "award__level")


def finals_without_awards(season: Season):
    return _finals_without_awards().filter(stage__season=season)


def _finals_without_awards():
    """Published heats whose awards have not been given yet, or were given by a ranking since corrected."""
    awarded = Participation.objects.filter(heat=OuterRef("pk"), outcome=Outcome.AWARDED)
    given = Award.objects.filter(place__ranking__heat=OuterRef("pk"))
    newer = Ranking.objects.filter(
        heat=OuterRef("place__ranking__heat"),
        track=OuterRef("place__ranking__track"),
        version__gt=OuterRef("place__ranking__version"),
    )
    outdated = given.filter(Exists(newer), state=AwardState.GIVEN)
    return Heat.objects.filter(state=HeatState.PUBLISHED).filter(Exists(awarded) & ~Exists(given) | Exists(outdated))


def _without_certificate():
    valid = Certificate.objects.filter(award=OuterRef("pk"), state=CertificateState.VALID)
    return Award.objects.filter(~Exists(valid), state=AwardState.GIVEN)


def awards_without_certificate(season: Season) -> int:
    return _without_certificate().filter(entry__season=season).count()


def levels_of(season: Season) -> list[tuple[str, int]]:
    """Award level and how many were given, best first."""
    rows = Award.objects.filter(entry__season=season, state=AwardState.GIVEN).order_by()
    return list(rows.values_list("level__name").annotate(n=Count("pk")).order_by("-n"))


def free_prefix(prefix: str) -> str:
    """This prefix of certificate numbers, or the next one like it that no season has used."""
    taken = {one.lower() for one in CertificateDesign.objects.values_list("number_prefix", flat=True)}
    place, found = 2, prefix
    while found.lower() in taken:
        found, place = f"{prefix[:16]}-{place}", place + 1
    return found


def tasks_for(user, at: datetime) -> list[Task]:
    """Finals whose awards wait to be given, and awards that wait for their certificates: two statements in all."""
    seasons = {
        season.pk: season
        for season in seasons_visible_to(user).select_related("contest").order_by("-year")[:MOST_SEASONS]
        if runs_season(user, season)
    }
    if not seasons:
        return []
    ungiven = set(_finals_without_awards().filter(stage__season__in=seasons).values_list("stage__season", flat=True))
    designs = CertificateDesign.objects.current().filter(season=OuterRef("entry__season"))
    waiting = dict(
        _without_certificate()
        .filter(Exists(designs), entry__season__in=seasons)
        .order_by()
        .values_list("entry__season")
        .annotate(n=Count("pk"))
    )
    return [
        *(_give(seasons[pk]) for pk in seasons if pk in ungiven),
        *(_issue(seasons[pk], waiting[pk]) for pk in seasons if pk in waiting and pk not in ungiven),
    ]


def _give(season: Season) -> Task:
    return Task(
        title=_("Give the awards of “%(season)s”") % {"season": season},
        why=_("The results of the final are public."),
        url=reverse("certificates:season", args=[season.pk]),
        action=_("Check and give"),
        weight=3,
    )


def _issue(season: Season, waiting: int) -> Task:
    return Task(
        title=_("Issue the certificates of “%(season)s”") % {"season": season},
        why=_("%(count)s awards have no certificate yet.") % {"count": waiting},
        url=reverse("certificates:season", args=[season.pk]),
        action=_("Check and issue"),
        weight=2,
    )
