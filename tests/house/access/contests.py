from tests.house.access import public, row


def season(world):
    return [world.season.pk]


ROWS = {
    "contests:list": public(),
    "contests:season": public(arguments=lambda world: [world.season.contest.slug, world.season.year]),
    "contests:notices": public(),
    "contests:notice": public(arguments=lambda world: [world.notice.pk]),
    "contests:seasons": row(200),
    "contests:setup": row(404, province=200, supervisor=200, administrator=200, arguments=season),
    "contests:start": row(404, province=200, supervisor=403, administrator=200, posts=True, arguments=season),
}
