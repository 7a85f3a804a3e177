from tests.house.access import row

ROWS = {
    "messaging:inbox": row(200),
    "messaging:mark_all_read": row(200, posts=True),
    "messaging:message": row(404, contestant=200, arguments=lambda world: [world.message.pk]),
}
