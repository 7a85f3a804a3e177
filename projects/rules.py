"""Permissions on entries. `may_view` must agree with `Entry.objects.visible_to`."""

import rules

from accounts.states import Role
from contests import queries
from projects.queries.likeness import DECIDING, compares
from projects.queries.officer import decides_on
from projects.queries.offline import enters_offline
from projects.queries.past import brings_past, contests_run_by, reads_past
from projects.states import EDITABLE


@rules.predicate
def owns(user, entry):
    return entry is not None and user.is_authenticated and entry.project.owner_id == user.pk


@rules.predicate
def is_editable(_user, entry):
    return entry is not None and entry.state in EDITABLE


@rules.predicate
def covered_by_a_grant(user, entry):
    """An office sees what its grants cover, and nothing before it was submitted."""
    if entry is None:
        return False
    if queries.is_administrator(user):
        return True
    return entry.submitted_at is not None and any(_covers(grant, entry) for grant in queries.grants_of(user))


def _covers(grant, entry) -> bool:
    if not queries.covers_season(grant, entry.season):
        return False
    if grant.role in (Role.PROVINCE, Role.SUPERVISOR):
        return True
    if grant.role == Role.CITY:
        return entry.zone is not None and entry.zone.region_id == grant.region_id
    if grant.role == Role.UNIT:
        return grant.organisation_id in {unit.organisation_id for unit in (entry.unit, entry.zone) if unit}
    return False


@rules.predicate
def decides(user, entry):
    """Acts for the unit that holds the entry, or runs its season."""
    return entry is not None and decides_on(user, entry)


may_view = owns | covered_by_a_grant

rules.add_perm("projects.view_entry", may_view)
rules.add_perm("projects.own_entry", owns)
rules.add_perm("projects.review_entry", covered_by_a_grant)  # An owner must not read an office's unsent marks.
rules.add_perm("projects.screen_entry", decides)
rules.add_perm("projects.edit_entry", owns & is_editable)


@rules.predicate
def takes_part(user, member):
    """The person of a place in a team that was confirmed, or the account that answered its invitation."""
    if member is None or member.confirmed_at is None:
        return False
    answered = getattr(member, "invitation", None)
    return (user.person_id is not None and member.person_id == user.person_id) or (
        answered is not None and answered.account_id == user.pk
    )


rules.add_perm("projects.view_team", takes_part)


@rules.predicate
def may_view_entry_of(user, version):
    return version is not None and may_view(user, version.document.entry)


# Rooms above widen this one: judges read what is assigned to them, institutions what they were shown.
rules.add_perm("projects.view_document", may_view_entry_of)


@rules.predicate
def opens_past(user, _obj=None):
    """Looks after a contest, as organiser, supervisor or administrator: sees its earlier years."""
    return queries.seasons_visible_to(user).exists()


@rules.predicate
def imports_past(user, _obj=None):
    return bool(contests_run_by(user))


@rules.predicate
def views_past(user, past):
    return past is not None and reads_past(user, past.contest)


@rules.predicate
def decides_past(user, past):
    return past is not None and brings_past(user, past.contest)


rules.add_perm("projects.open_past", opens_past)
rules.add_perm("projects.import_past", imports_past)
rules.add_perm("projects.view_past", views_past)
rules.add_perm("projects.decide_past", decides_past)


@rules.predicate
def compares_entries(user, _obj=None):
    """Belongs to an office: its list holds the pairs of which it may see both entries."""
    return compares(user)


@rules.predicate
def sees_both(user, likeness):
    return likeness is not None and all(covered_by_a_grant(user, one) for one in (likeness.newer, likeness.older))


@rules.predicate
def decides_on_both(user, likeness):
    """An organiser of province or city whose grants cover both entries."""
    if likeness is None or queries.is_administrator(user):
        return likeness is not None
    grants = [grant for grant in queries.grants_of(user) if grant.role in DECIDING]
    return all(any(_covers(grant, one) for grant in grants) for one in (likeness.newer, likeness.older))


rules.add_perm("projects.compare_entries", compares_entries)
rules.add_perm("projects.view_likeness", sees_both)
rules.add_perm("projects.decide_likeness", sees_both & decides_on_both)


@rules.predicate
def enters_on_behalf(user, season):
    return season is not None and enters_offline(user, season)


rules.add_perm("projects.enter_offline", enters_on_behalf)
