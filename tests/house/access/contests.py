from tests.house.access import public, row


def season(world):
    return [world.season.pk]


def section(world):
    return [world.season.pk, "tracks"]


def track(world):
    return [world.season.pk, "tracks", world.track.pk]


def rubric(world):
    return [world.season.pk, "rubrics", world.stage.rubric_id]


OWN = {"province": 200, "administrator": 200, "supervisor": 403}

ROWS = {
    "contests:list": public(),
    "contests:season": public(arguments=lambda world: [world.season.contest.slug, world.season.year]),
    "contests:notices": public(),
    "contests:notice": public(arguments=lambda world: [world.notice.pk]),
    "contests:seasons": row(200),
    "contests:setup": row(404, province=200, supervisor=200, administrator=200, arguments=season),
    "contests:start": row(404, province=200, supervisor=403, administrator=200, posts=True, arguments=season),
    "contests:setup_facts": row(404, **OWN, arguments=season),
    "contests:confirm_samples": row(404, **OWN, posts=True, arguments=season),
    "contests:bureaus": row(404, **OWN, arguments=season),
    "contests:section": row(404, province=200, supervisor=200, administrator=200, arguments=section),
    "contests:part_add": row(404, **OWN, arguments=section),
    "contests:part": row(404, **OWN, arguments=track),
    "contests:part_move": row(404, **OWN, posts=True, arguments=track),
    "contests:part_remove": row(404, **OWN, arguments=track),
    "contests:part_confirm": row(404, **OWN, posts=True, arguments=rubric),
    "contests:load": row(403, province=200, other_province=200, administrator=200),
    "contests:begin": row(403, province=200, other_province=200, administrator=200),
    "contests:checklist": row(404, **OWN, arguments=season),
    "contests:review": row(404, **OWN, posts=True, arguments=season),
    "contests:file": row(404, **OWN, arguments=season),
    "contests:download": row(404, **OWN, arguments=season),
    "contests:copy": row(404, **OWN, arguments=season),
    "contests:call": row(404, **OWN, arguments=season),
    "contests:preview": row(404, **OWN, arguments=season),
}
