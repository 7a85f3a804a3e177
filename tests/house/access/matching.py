from tests.house.access import row

LIBRARY = {"province": 200, "other_province": 200, "investor": 200, "administrator": 200}
ADMISSION = {"province": 200, "other_province": 200, "administrator": 200}


def judged_entry(world):
    return [world.judged_entry.pk]


def institution(world):
    return [world.institution.pk]


def teaser(world):
    return [world.consent.pk]


def deal(world):
    return [world.deal.pk]


LOOK_ON = {"city": 403, "province": 403, "supervisor": 403, "administrator": 403}

ROWS = {
    "matching:consents": row(200),
    "matching:consent": row(404, contestant=200, arguments=judged_entry),
    "matching:withdraw": row(404, contestant=200, posts=True, arguments=lambda world: [world.consent.pk]),
    "matching:requests": row(200),
    "matching:answer": row(404, contestant=200, posts=True, arguments=lambda world: [world.interest.pk]),
    "matching:library": row(403, **LIBRARY),
    "matching:teaser": row(403, **LIBRARY, arguments=teaser),
    "matching:interest": row(403, investor=200, posts=True, arguments=teaser),
    "matching:document": row(404, arguments=lambda world: [world.consent.pk, world.version.pk]),
    "matching:institution": row(200),
    "matching:admissions": row(403, **ADMISSION),
    "matching:admit": row(403, **ADMISSION, posts=True, arguments=institution),
    "matching:refuse": row(403, **ADMISSION, posts=True, arguments=institution),
    "matching:suspend": row(403, **ADMISSION, posts=True, arguments=institution),
    "matching:deals": row(200),
    "matching:deal": row(
        404, contestant=200, investor=200, city=200, province=200, supervisor=200, administrator=200, arguments=deal
    ),
    "matching:advance": row(404, **LOOK_ON, contestant=403, investor=200, posts=True, arguments=deal),
    "matching:outcome": row(404, **LOOK_ON, contestant=200, investor=200, posts=True, arguments=deal),
    "matching:confirm": row(404, contestant=200, posts=True, arguments=lambda world: [world.step.pk]),
    "matching:board": row(200),
}
