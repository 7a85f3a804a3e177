"""Permissions on seasons and heats."""

import rules

from contests import queries


@rules.predicate
def organises(user, season):
    return season is not None and queries.runs_season(user, season)


@rules.predicate
def watches(user, season):
    return season is not None and queries.watches_season(user, season)


@rules.predicate
def organises_heat(user, heat):
    return heat is not None and queries.runs_season(user, heat.stage.season)


@rules.predicate
def watches_heat(user, heat):
    return heat is not None and queries.watches_season(user, heat.stage.season)


@rules.predicate
def administers(user, _obj=None):
    return queries.is_administrator(user)


@rules.predicate
def organises_contest(user, contest):
    return contest is not None and queries.runs_contest(user, contest)


@rules.predicate
def sets_up_seasons(user, _obj=None):
    return queries.runs_some_contest(user)


@rules.predicate
def reads_season_files(user, _obj=None):
    return queries.runs_some_season(user)


rules.add_perm("contests.read_season_files", reads_season_files)
rules.add_perm("contests.organise_contest", organises_contest)
rules.add_perm("contests.set_up_seasons", sets_up_seasons)
rules.add_perm("contests.organise_season", organises)
rules.add_perm("contests.watch_season", watches)
rules.add_perm("contests.organise_heat", organises_heat)
rules.add_perm("contests.watch_heat", watches_heat)
rules.add_perm("contests.administer", administers)
