from tests.house.access import row

ROWS = {
    "core:jobs": row(200),
    "core:job": row(404, province=200, arguments=lambda world: [world.job.pk]),
    "core:job_result": row(404, province=200, arguments=lambda world: [world.job.pk]),
    "core:audit": row(403, administrator=200),
}
