"""Permissions on the year page."""

import rules

from accounts.states import Role
from contests.queries import grants_of, is_administrator


@rules.predicate
def watches_the_year(user, _obj=None):
    """Provincial organisers and supervisors of any contest: they answer for the common target of 1,500 projects."""
    return is_administrator(user) or any(grant.role in {Role.PROVINCE, Role.SUPERVISOR} for grant in grants_of(user))


rules.add_perm("insights.view_year", watches_the_year)
