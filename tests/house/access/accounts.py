from tests.house.access import row

ROWS = {
    "accounts:profile": row(200),
}
