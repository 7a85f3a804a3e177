from tests.house.access import row

WATCHERS = {"province": 200, "other_province": 200, "supervisor": 200, "administrator": 200}

ROWS = {
    "insights:year": row(403, **WATCHERS),
    "insights:projects": row(403, **WATCHERS, arguments=lambda world: [2026]),
}
