from projects.links import link_of
from projects.papers import receipt_path
from tests.house.access import public, row

READERS = {"contestant": 200, "clerk": 200, "city": 200, "province": 200, "supervisor": 200, "administrator": 200}
HOLDER = {"contestant": 403, "clerk": 200, "city": 403, "province": 200, "supervisor": 403, "administrator": 200}
ORGANISER = {"contestant": 403, "clerk": 403, "city": 403, "province": 200, "supervisor": 403, "administrator": 200}
OFFICERS = {"contestant": 403, "clerk": 200, "city": 200, "province": 200, "supervisor": 200, "administrator": 200}


def entry(world):
    return [world.entry.pk]


def extension(world):
    return [world.extension.pk]


def draft(world):
    return [world.draft.pk]


def answered(world):
    return [world.draft_version.document.entry_id, world.requirement.pk]


CONTESTANT = {
    "projects:entries": row(200),
    "projects:start": public(arguments=lambda world: [world.season.pk]),
    "projects:entry": row(404, contestant=200, arguments=entry),
    "projects:form_start": row(404, contestant=302, arguments=draft),
    "projects:form": row(404, contestant=200, arguments=lambda world: [world.draft.pk, "project"]),
    "projects:documents": row(302, arguments=draft),
    "projects:upload": row(
        404, contestant=200, posts=True, arguments=lambda world: [world.draft.pk, world.requirement.pk]
    ),
    "projects:remove_document": row(404, contestant=200, posts=True, arguments=answered),
    "projects:add_member": row(404, contestant=200, posts=True, arguments=draft),
    "projects:member": row(404, contestant=200, posts=True, arguments=lambda world: [world.draft.pk, world.member.pk]),
    "projects:submit": row(404, contestant=200, posts=True, arguments=draft),
    "projects:withdraw": row(404, contestant=200, arguments=entry),
    "projects:reopen": row(404, contestant=200, posts=True, arguments=entry),
    "projects:receipt": row(404, **READERS, arguments=entry),
    "projects:entry_form": row(404, contestant=200, administrator=200, arguments=draft),
    "projects:check_receipt": public(arguments=lambda world: [receipt_path(world.entry).split("/")[-2]]),
    "projects:uploads": row(412, posts=True),
    "projects:upload_part": row(404, contestant=200, arguments=lambda world: [world.upload.pk]),
    "projects:video": row(404, **READERS, arguments=lambda world: [world.video_version.pk]),
    "projects:viewer": row(404, **READERS, arguments=lambda world: [world.version.pk]),
    "projects:file": row(404, **READERS, arguments=lambda world: [world.version.pk]),
    "projects:page": row(404, **READERS, arguments=lambda world: [world.version.pk, 1]),
}

OFFICE = {
    "projects:desk": row(200, clerk=302),
    "projects:screen": row(404, **OFFICERS, arguments=entry),
    "projects:mark": row(404, **HOLDER, posts=True, arguments=entry),
    "projects:decide": row(404, **HOLDER, posts=True, arguments=entry),
    "projects:list": row(200),
    "projects:export": row(200),
    "projects:detail": row(404, **OFFICERS, arguments=entry),
    "projects:waive": row(404, **ORGANISER, posts=True, arguments=entry, form=lambda world: {"rule": world.rule.pk}),
}

TEAMS = {
    "projects:invite": row(404, contestant=200, posts=True, arguments=draft),
    "projects:follow_up": row(
        404, contestant=200, posts=True, arguments=lambda world: [world.draft.pk, world.team_invitation.pk]
    ),
    "projects:invitation": public(arguments=lambda world: [link_of(world.team_invitation).split("/")[-2]]),
    "projects:teams": row(200),
    "projects:team": row(404, judge=200, arguments=lambda world: [world.judge_in_team.pk]),
}
SEASON = {"province": 200, "administrator": 200, "supervisor": 403}
EXTENSIONS = {
    "projects:preview": row(404, **SEASON, arguments=lambda world: [world.season.pk]),
    "projects:extensions": row(404, **SEASON, arguments=lambda world: [world.season.pk]),
    "projects:end_extension": row(404, **SEASON, posts=True, arguments=extension),
}

PROVINCES = {"province": 200, "other_province": 200, "administrator": 200}


PAST = {
    "projects:past": row(403, **PROVINCES, supervisor=200),
    "projects:past_import": row(403, **PROVINCES),
    "projects:past_confirm": row(403, **PROVINCES, posts=True),
    "projects:past_template": row(403, **PROVINCES),
    "projects:past_doubtful": row(403, **PROVINCES),
    "projects:past_decide": row(
        404, province=200, supervisor=403, administrator=200, posts=True, arguments=lambda world: [world.past.pk]
    ),
}


PAIR = {"clerk": 200, "city": 200, "province": 200, "supervisor": 200, "administrator": 200}
LIKENESS = {
    "projects:likenesses": row(200, contestant=403, judge=403, investor=403),
    "projects:likeness": row(404, **PAIR, arguments=lambda world: [world.likeness.pk]),
    "projects:decide_likeness": row(
        404, **PAIR | {"clerk": 403, "supervisor": 403}, posts=True, arguments=lambda world: [world.likeness.pk],
        form=lambda world: {"state": "same", "reason": "同一主体"},
    ),
    "projects:alike": row(404, **OFFICERS, arguments=entry),
}  # fmt: skip


def season(world):
    return [world.season.pk]


DESK = {"clerk": 200, "city": 200, "other_city": 200, "province": 200, "administrator": 200}
OFFLINE = {
    "projects:offline": row(200, clerk=302, city=302, other_city=302, province=302, administrator=302),
    "projects:offline_desk": row(403, **DESK, arguments=season),
    "projects:offline_template": row(403, **DESK, arguments=season),
    "projects:offline_batch": row(404, clerk=200, arguments=lambda world: [world.batch.pk]),
    "projects:offline_confirm": row(404, clerk=200, posts=True, arguments=lambda world: [world.batch.pk]),
    "projects:take_over": row(200),
}

ROWS = {**OFFLINE, **LIKENESS, **PAST, **CONTESTANT, **OFFICE, **EXTENSIONS, **TEAMS}
