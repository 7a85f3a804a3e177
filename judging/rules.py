"""Who runs a heat, who looks on, and who sees a result before it is released.

1. The season's provincial organiser and an administrator run every heat; a city's organiser runs those of its zone.
2. Whoever runs a heat and the season's supervisor watch it: progress, draws, and the ranking before its release.
3. Nobody else sees a ranking before the heat is published; a judge never sees another's marks (leak case, domain §3).
4. A judge reads and fills their own sheets, once the heat has opened, the pledge is signed and, where the stage asks
   for it, the calibration is finished. Nobody else does. An entry with which the judge has a hard conflict is not
   there for them. Samples likewise: one's own, in a stage whose pledge is signed.
5. Who organises or supervises and has an own entry in a heat (owner, team, or the company they work for) neither runs
   nor watches it: its judges and scores are none of their business.
6. The judge library belongs to provincial organisers and administrators; a judge sees and mends the own data.
"""

import rules
from django.db.models import Q

from accounts.models import Person
from accounts.states import Role
from contests.queries import covers_season, grants_of, is_administrator, runs_season, watches_season
from contests.states import HeatState
from judging.models import Invitation, SampleSheet
from judging.states import InvitationState
from projects.models import Participation, TeamMember

WATCHERS = frozenset({Role.PROVINCE, Role.SUPERVISOR})


@rules.predicate
def has_own_entry(user, heat):
    return heat is not None and heat.pk in own_heats(user)


@rules.predicate
def runs_heat(user, heat):
    """Must agree with `queries.own.heats_open_to`."""
    if heat is None or not (runs_season(user, heat.stage.season) or _is_of_the_zone(user, heat)):
        return False
    return not has_own_entry(user, heat)


@rules.predicate
def watches_heat(user, heat):
    if heat is None or not (watches_season(user, heat.stage.season) or _is_of_the_zone(user, heat)):
        return False
    return not has_own_entry(user, heat)


@rules.predicate
def sees_heats(user, _obj=None):
    """Has a role to which heats belong; which heats is a matter of the list."""
    return is_administrator(user) or any(grant.role in WATCHERS | {Role.CITY} for grant in grants_of(user))


@rules.predicate
def sees_records(user, _obj=None):
    return is_administrator(user) or any(grant.role in WATCHERS for grant in grants_of(user))


@rules.predicate
def imports_marks(user, _obj=None):
    """Files of marks make seasons of their own, so no scope narrows who may bring one in."""
    return is_administrator(user) or any(grant.role == Role.PROVINCE for grant in grants_of(user))


@rules.predicate
def supervises_heat(user, heat):
    """Sees the records of a heat: those who watch the season, not a zone's own organiser."""
    return heat is not None and watches_season(user, heat.stage.season) and not has_own_entry(user, heat)


@rules.predicate
def keeps_library(user, _obj=None):
    return is_administrator(user) or any(grant.role == Role.PROVINCE for grant in grants_of(user))


@rules.predicate
def judges_sheet(user, sheet):
    """Must agree with `ScoreSheet.objects.visible_to`."""
    if sheet is None or user.person_id is None or sheet.assignment.judge.person_id != user.person_id:
        return False
    heat = sheet.assignment.participation.heat
    unsigned = heat.invitations.filter(judge=sheet.assignment.judge_id, pledged_at=None)
    barring = sheet.assignment.judge.conflicts.barring().filter(entry=sheet.assignment.participation.entry_id)
    if heat.state == HeatState.PREPARING or unsigned.exists() or barring.exists():
        return False
    owed = SampleSheet.objects.owed_by(user.person_id).filter(sample__calibration__stage=heat.stage_id)
    return heat.state != HeatState.OPEN or not owed.exists()


@rules.predicate
def marks_sample(user, sheet):
    """Must agree with `SampleSheet.objects.visible_to`."""
    if sheet is None or user.person_id is None or sheet.judge.person_id != user.person_id:
        return False
    signed = Invitation.objects.filter(
        judge=sheet.judge_id, heat__stage=sheet.sample.calibration.stage_id, state=InvitationState.ACCEPTED,
        pledged_at__isnull=False,
    )  # fmt: skip
    barring = sheet.judge.conflicts.barring().filter(entry=sheet.sample.entry_id)
    return signed.exists() and not barring.exists()


def own_heats(user) -> frozenset[int]:
    """Heats with an entry in which somebody has a hand: as owner, in the team, or through their company.

    Read once for each user object (one request), as grants are.
    """
    if not user.is_authenticated:
        return frozenset()
    if not hasattr(user, "_own_heats"):
        user._own_heats = frozenset(Participation.objects.filter(_is_own(user)).values_list("heat", flat=True))
    return user._own_heats


def _is_own(user) -> Q:
    own = Q(entry__project__owner=user)
    if user.person_id:
        own |= Q(entry__leader=user.person_id)
        own |= Q(entry__project__in=TeamMember.objects.filter(person=user.person_id).values("project"))
        employer = Person.objects.filter(pk=user.person_id, employer__isnull=False).values("employer")
        own |= Q(entry__project__company__in=employer)
    return own


@rules.predicate
def tries_rule(user, rule):
    """May see what a scoring rule would have made of earlier marks."""
    return rule is not None and runs_season(user, rule.season)


def _is_of_the_zone(user, heat) -> bool:
    """City organiser of the zone that this heat is run by."""
    return heat.zone is not None and any(
        grant.role == Role.CITY and grant.region_id == heat.zone.region_id and covers_season(grant, heat.stage.season)
        for grant in grants_of(user)
    )


rules.add_perm("judging.run_heat", runs_heat)
rules.add_perm("judging.watch_heat", watches_heat)
rules.add_perm("judging.keep_library", keeps_library)
rules.add_perm("judging.see_heats", sees_heats)
rules.add_perm("judging.see_records", sees_records)
rules.add_perm("judging.check_record", supervises_heat)
rules.add_perm("judging.judge_sheet", judges_sheet)
rules.add_perm("judging.mark_sample", marks_sample)
rules.add_perm("judging.import_marks", imports_marks)
rules.add_perm("judging.try_rule", tries_rule)
