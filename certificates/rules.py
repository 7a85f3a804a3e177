"""Permissions on awards and certificates."""

import rules

from contests import queries


@rules.predicate
def organises_award(user, award):
    return award is not None and queries.runs_season(user, award.entry.season)


@rules.predicate
def holds_award(user, award):
    """The owner of the project that won."""
    return award is not None and user.is_authenticated and award.entry.project.owner_id == user.pk


@rules.predicate
def organises_certificate(user, certificate):
    return certificate is not None and organises_award(user, certificate.award)


@rules.predicate
def holds_certificate(user, certificate):
    return certificate is not None and holds_award(user, certificate.award)


rules.add_perm("certificates.print", organises_certificate | holds_certificate)
rules.add_perm("certificates.reissue", organises_certificate)
