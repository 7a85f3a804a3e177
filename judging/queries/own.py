"""Heats behind whose doors somebody may look: those one organises or watches, without those with an own entry."""

from judging.queries.heats import heats_visible_to
from judging.rules import own_heats


def heats_open_to(user):
    """The list form of `rules.watches_heat`: judges and scores of a heat are shown to nobody with an entry in it."""
    return heats_visible_to(user).exclude(pk__in=own_heats(user))
