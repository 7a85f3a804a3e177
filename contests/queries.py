"""Who holds which role where: read once per request, asked by every room above."""

from accounts.states import Role
from contests.models import Grant


def grants_of(user) -> list[Grant]:
    """The live grants of an account, read once for each user object (one request)."""
    if not user.is_authenticated:
        return []
    if not hasattr(user, "_live_grants"):
        user._live_grants = list(
            Grant.objects.live().filter(user=user).select_related("contest", "season", "region", "organisation")
        )
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


def watches_season(user, season) -> bool:
    """May look on: organiser, or supervisor of this season."""
    return runs_season(user, season) or any(
        grant.role == Role.SUPERVISOR and covers_season(grant, season) for grant in grants_of(user)
    )
