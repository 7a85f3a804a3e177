from tests.house.access import public, row

ORGANISERS = {"province": 200, "administrator": 200}


def season(world):
    return [world.season.pk]


def certificate(world):
    return [world.finished.certificate.pk]


ROWS = {
    "certificates:mine": row(200),
    "certificates:seasons": row(200),
    "certificates:season": row(404, supervisor=403, **ORGANISERS, arguments=season),
    "certificates:design": row(404, supervisor=403, **ORGANISERS, arguments=season),
    "certificates:design_picture": row(404, supervisor=403, **ORGANISERS, arguments=season),
    "certificates:give": row(404, supervisor=403, **ORGANISERS, posts=True, arguments=season),
    "certificates:issue": row(404, supervisor=403, **ORGANISERS, posts=True, arguments=season),
    "certificates:batch": row(404, supervisor=403, **ORGANISERS, posts=True, arguments=season),
    "certificates:check": public(),
    "certificates:verify": public(arguments=lambda world: [world.finished.certificate.token]),
    "certificates:single": row(404, contestant=200, **ORGANISERS, arguments=certificate),
    "certificates:reissue": row(404, contestant=403, **ORGANISERS, posts=True, arguments=certificate),
    "certificates:revoke": row(404, contestant=403, **ORGANISERS, posts=True, arguments=certificate),
}
