"""Permissions of the room where projects and institutions meet: who reads what after whose consent."""

import rules
from django.utils import timezone

from accounts.states import Role
from contests.queries import grants_of, is_administrator
from matching import queries


@rules.predicate
def owns_project(user, project):
    return project is not None and user.is_authenticated and project.owner_id == user.pk


@rules.predicate
def owns_entry(user, entry):
    return entry is not None and owns_project(user, entry.project)


@rules.predicate
def is_admitted(user, _obj=None):
    """Acts for an institution that is admitted today."""
    member = queries.member_of(user)
    return member is not None and member.institution.is_admitted(timezone.localdate())


@rules.predicate
def admits_institutions(user, _obj=None):
    """Provincial organisers of any contest decide on admission (domain §6: approval by an officer)."""
    return is_administrator(user) or any(grant.role == Role.PROVINCE for grant in grants_of(user))


@rules.predicate
def takes_part_in_deal(user, deal):
    if deal is None or not user.is_authenticated:
        return False
    member = queries.member_of(user)
    return deal.project.owner_id == user.pk or (member is not None and member.institution_id == deal.institution_id)


@rules.predicate
def acts_for_deal(user, deal):
    member = queries.member_of(user)
    return deal is not None and member is not None and member.institution_id == deal.institution_id


@rules.predicate
def confirms_deal(user, deal):
    return deal is not None and user.is_authenticated and deal.project.owner_id == user.pk


@rules.predicate
def follows_deal(user, deal):
    """Officers see the deals of projects in their scope, read-only."""
    return deal is not None and queries.deals_followed_by(user).filter(pk=deal.pk).exists()


rules.add_perm("matching.give_consent", owns_entry)
rules.add_perm("matching.answer_interest", owns_project)
rules.add_perm("matching.read_library", is_admitted | admits_institutions)
rules.add_perm("matching.express_interest", is_admitted)
rules.add_perm("matching.admit_institution", admits_institutions)
rules.add_perm("matching.view_deal", takes_part_in_deal | follows_deal)
rules.add_perm("matching.advance_deal", acts_for_deal)
rules.add_perm("matching.confirm_step", confirms_deal)
