"""Addresses that belong to no single room. The demo's page exists in demo mode only."""

from tests.house.access import public, row

ROWS = {
    "home": public(),
    "favicon": row(302),
    "workspace": row(200, posts=True),
    "demo": row(404, anonymous=404),
    "set_language": public(posts=True),
}
