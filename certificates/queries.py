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
from projects.models import Participation
from projects.states import Outcome


def certificates_visible_to(user):
    """Certificates of own projects and of seasons the user organises: the list form of `certificates.print`."""
    if not user.is_authenticated:
        return Certificate.objects.none()
    organised = [
        season.pk for season in seasons_visible_to(user).select_related("contest") if runs_season(user, season)
    ]
    return Certificate.objects.filter(
        Q(award__entry__project__owner=user) | Q(award__entry__season_id__in=organised)
    ).select_related("award__entry__season__contest", "award__entry__track", "award__entry__project", "award__level")


def finals_without_awards(season: Season):
    """Published heats of a season whose awards have not been given yet."""
    awarded = Participation.objects.filter(heat=OuterRef("pk"), outcome=Outcome.AWARDED)
    given = Award.objects.filter(place__ranking__heat=OuterRef("pk"))
    return Heat.objects.filter(Exists(awarded), ~Exists(given), stage__season=season, state=HeatState.PUBLISHED)


def awards_without_certificate(season: Season) -> int:
    given = Award.objects.filter(entry__season=season, state=AwardState.GIVEN)
    return given.exclude(certificates__state=CertificateState.VALID).count()


def levels_of(season: Season) -> list[tuple[str, int]]:
    """Award level and how many were given, best first."""
    rows = Award.objects.filter(entry__season=season, state=AwardState.GIVEN).order_by()
    return list(rows.values_list("level__name").annotate(n=Count("pk")).order_by("-n"))


def tasks_for(user, at: datetime) -> list[Task]:
    """Finals whose awards wait to be given, and awards that wait for their certificates."""
    found = []
    for season in seasons_visible_to(user).select_related("contest").order_by("-year")[:12]:
        if not runs_season(user, season):
            continue
        if finals_without_awards(season).exists():
            found.append(
                Task(
                    title=_("Give the awards of “%(season)s”") % {"season": season},
                    why=_("The results of the final are public."),
                    url=reverse("certificates:season", args=[season.pk]),
                    action=_("Check and give"),
                    weight=3,
                )
            )
        elif CertificateDesign.objects.filter(season=season).exists() and (
            waiting := awards_without_certificate(season)
        ):
            found.append(
                Task(
                    title=_("Issue the certificates of “%(season)s”") % {"season": season},
                    why=_("%(count)s awards have no certificate yet.") % {"count": waiting},
                    url=reverse("certificates:season", args=[season.pk]),
                    action=_("Check and issue"),
                    weight=2,
                )
            )
    return found
