from django.core.files.base import ContentFile

from contests.models import Stage
from judging.models import Draw, OpenRecord, PaperEntry
from judging.services.disclosure import publish_marks
from tests.factories import NOW
from tests.house.access import public, row

WATCH = {"province": 200, "supervisor": 200, "administrator": 200}
RUN = {"province": 200, "supervisor": 403, "administrator": 200}
ORGANISERS = {"province": 200, "other_province": 200, "administrator": 200}
OFFICES = {"city": 200, "other_city": 200, "other_province": 200, **WATCH}


def heat(world):
    return [world.heat.pk]


def invitation(world):
    return [world.invitation.pk]


def invited(world):
    return {"invitation": world.invitation.pk}


def sheet(world):
    return [world.sheet.pk]


def reason_to_lift(world):
    return {"judge": world.judge.pk, "entry": world.judged_entry.pk, "kind": "city", "reason": "已核实"}


def ranking(world):
    return [world.finished.ranking.pk]


def disclosed(world):
    """The finished heat with its marks made public."""
    heat, by = world.finished.ranking.heat, world.users["province"]
    if not OpenRecord.objects.exists():
        publish_marks(heat, by=by, at=NOW)
    return [heat.pk]


def disclosed_ranking(world):
    disclosed(world)
    return ranking(world)


def panel(world):
    return [world.heat.pk, world.participation.pk]


def live_stage(world):
    Stage.objects.filter(pk=world.heat.stage_id).update(kind="live")
    return [world.heat.stage_id]


def drawn(world):
    Draw.objects.filter(pk=world.draw.pk).update(drawn_at=NOW, record={})
    return [world.draw.pk]


def blind_heat(world):
    Stage.objects.filter(pk=world.heat.stage_id).update(blind=True)
    return [world.heat.pk]


def blind_version(world):
    return [*blind_heat(world), world.version.pk]


def gap_heat(world):
    Stage.objects.filter(pk=world.heat.stage_id).update(review_gap=10)
    return [world.heat.pk]


def scanned(world):
    entry = PaperEntry(sheet=world.sheet, marks={}, by=world.users["province"], at=NOW, scan_sha256="0" * 64)
    entry.scan_extension = "png"
    entry.scan.save("scan.png", ContentFile(b"scan"))
    return [world.heat.pk, world.sheet.pk]


def stage(world):
    return [world.stage.pk]


def calibration(world):
    return [world.calibration_sheet.sample.calibration_id]


def a_sample(world):
    return [*calibration(world), world.calibration_sheet.sample_id]


def sample_version(world):
    return [*calibration(world), world.sample_version.pk]


def own_sample(world):
    return [world.calibration_sheet.pk]


def chosen(world):
    return {"entry": world.calibration_sheet.sample.entry_id}


OFFICER = {"province": 200, "administrator": 200}
CALIBRATION = {
    "judging:calibration": row(403, **OFFICER, arguments=stage),
    "judging:add_sample": row(403, province=404, administrator=200, posts=True, arguments=stage, form=chosen),
    "judging:open_calibration": row(403, **OFFICER, posts=True, arguments=calibration),
    "judging:take_back_calibration": row(403, **OFFICER, posts=True, arguments=calibration),
    "judging:search_samples": row(403, **OFFICER, posts=True, arguments=calibration),
    "judging:clear_samples": row(403, **OFFICER, posts=True, arguments=calibration),
    "judging:references": row(403, **OFFICER, arguments=a_sample),
    "judging:remove_sample": row(403, **OFFICER, posts=True, arguments=a_sample),
    "judging:sample_cover": row(403, **OFFICER, arguments=sample_version),
    "judging:sample_look": row(403, **OFFICER, posts=True, arguments=sample_version),
    "judging:sample_clear": row(403, **OFFICER, posts=True, arguments=sample_version),
    "judging:sample_blind_page": row(403, **OFFICER, arguments=lambda world: [*sample_version(world), 1]),
    "judging:own_samples": row(404, judge=200, arguments=calibration),
    "judging:sample": row(404, judge=200, arguments=own_sample),
    "judging:save_sample": row(404, judge=200, posts=True, arguments=own_sample),
    "judging:submit_sample": row(404, judge=200, posts=True, arguments=own_sample),
    "judging:pass_sample": row(404, judge=200, posts=True, arguments=own_sample),
    "judging:sample_page": row(404, arguments=lambda world: [*own_sample(world), 1, 1]),
}

ORGANISER = {
    "judging:preview_sheet": row(404, **RUN, arguments=lambda world: [world.season.pk]),
    "judging:heats": row(403, **OFFICES),
    "judging:prepare": row(403, province=200, administrator=200, posts=True, arguments=lambda world: [world.stage.pk]),
    "judging:heat": row(404, **WATCH, arguments=heat),
    "judging:refresh": row(404, **RUN, posts=True, arguments=heat),
    "judging:open": row(404, **RUN, posts=True, arguments=heat),
    "judging:judges": row(404, **WATCH, arguments=heat),
    "judging:invite": row(404, **RUN, posts=True, arguments=heat),
    "judging:take_back": row(404, **RUN, posts=True, arguments=lambda world: [world.heat.pk, world.invitation.pk]),
    "judging:conflicts": row(404, **WATCH, arguments=heat),
    "judging:draw": row(404, **WATCH, arguments=heat),
    "judging:rooms": row(404, arguments=heat),
    "judging:plan": row(404, **WATCH, arguments=heat),
    "judging:plan_entry": row(404, **dict.fromkeys(WATCH, 302), arguments=panel),
    "judging:repair": row(404, **RUN, arguments=heat),
    "judging:panel": row(404, **WATCH, arguments=panel),
    "judging:blind": row(404, **WATCH, arguments=blind_heat),
    "judging:search_names": row(404, **RUN, posts=True, arguments=blind_heat),
    "judging:clear_unnamed": row(404, **RUN, posts=True, arguments=blind_heat),
    "judging:cover": row(404, **WATCH, arguments=blind_version),
    "judging:look": row(404, **RUN, posts=True, arguments=blind_version),
    "judging:clear_document": row(404, **RUN, posts=True, arguments=blind_version),
    "judging:blind_page": row(404, **WATCH, arguments=lambda world: [*blind_version(world), 1]),
    "judging:paper": row(404, **WATCH, arguments=heat),
    "judging:print": row(404, **WATCH, arguments=lambda world: [world.heat.pk, "sign-in"]),
    "judging:enter_paper": row(404, **RUN, arguments=lambda world: [world.heat.pk, world.sheet.pk]),
    "judging:scan": row(404, **RUN, arguments=scanned),
    "judging:gaps": row(404, **WATCH, arguments=gap_heat),
    "judging:progress": row(404, **WATCH, arguments=heat),
    "judging:remind": row(404, **RUN, posts=True, arguments=heat),
    "judging:absent": row(404, **RUN, posts=True, arguments=heat, form=invited),
    "judging:lock": row(404, **RUN, arguments=heat),
    "judging:rerank": row(404, **RUN, arguments=heat),
    "judging:publish": row(404, **RUN, arguments=heat),
    "judging:ranking": row(404, **WATCH, arguments=ranking),
    "judging:ranking_xlsx": row(404, **WATCH, arguments=ranking),
    "judging:ranking_bundle": row(404, **WATCH, arguments=ranking),
    "judging:ranking_pdf": row(404, **WATCH, arguments=ranking),
    "judging:decide": row(404, **RUN, arguments=ranking),
    "judging:moved": row(404, **WATCH, arguments=ranking),
    "judging:opinion": row(404, **WATCH, arguments=ranking),
    "judging:make_opinion": row(404, **WATCH, posts=True, arguments=ranking),
    "judging:diagnostics": row(404, **WATCH, arguments=ranking),
    "judging:try_rule": row(404, **RUN, arguments=lambda world: [world.stage.scoring_rule_id]),
    "judging:records": row(403, other_province=200, **WATCH),
    "judging:check_draw": row(403, **WATCH, posts=True, arguments=lambda world: [world.draw.pk]),
    "judging:check_ranking": row(403, **WATCH, posts=True, arguments=ranking),
    "judging:draw_record": public(arguments=lambda world: [world.draw.pk]),
    "judging:halls": public(arguments=live_stage),
    "judging:draw_bundle": public(arguments=lambda world: [world.draw.pk]),
    "judging:open_marks": public(arguments=disclosed),
    "judging:open_bundle": public(arguments=disclosed_ranking),
    "judging:draw_pdf": row(404, **WATCH, arguments=drawn),
    "judging:result": row(404, contestant=200, arguments=lambda world: [world.finished.participation.pk]),
}

JUDGE = {
    "judging:queue": row(200),
    "judging:own_marks": row(404, judge=200, arguments=heat),
    "judging:score_file": row(404, judge=200, arguments=heat),
    "judging:take_scores": row(404, judge=200, arguments=heat),
    "judging:own_sheets": row(404, judge=200, arguments=heat),
    "judging:submit_complete": row(404, judge=200, posts=True, arguments=heat),
    "judging:invitation": row(404, judge=200, arguments=invitation),
    "judging:pledge": row(404, judge=200, posts=True, arguments=invitation),
    "judging:sheet": row(404, judge=200, arguments=sheet),
    "judging:save_sheet": row(404, judge=200, posts=True, arguments=sheet),
    "judging:submit_sheet": row(404, judge=200, posts=True, arguments=sheet),
    "judging:recuse": row(404, judge=200, posts=True, arguments=sheet),
    "judging:copy": row(404, arguments=lambda world: [world.sheet.pk, world.version.pk]),
    "judging:page": row(404, arguments=lambda world: [world.sheet.pk, world.version.pk, 1]),
}

IMPORT = {
    "judging:import_marks": row(403, **ORGANISERS),
    "judging:confirm_import": row(403, **ORGANISERS, posts=True),
    "judging:imported": row(404, arguments=lambda world: [world.season.pk]),
}

LIBRARY = {
    "judging:library": row(403, **ORGANISERS),
    "judging:judge_new": row(403, **ORGANISERS),
    "judging:judge": row(403, **ORGANISERS, arguments=lambda world: [world.judge.pk]),
    "judging:judge_edit": row(403, **ORGANISERS, arguments=lambda world: [world.judge.pk]),
    "judging:pay_account": row(403, **ORGANISERS, arguments=lambda world: [world.judge.pk]),
    "judging:judges_import": row(403, **ORGANISERS),
    "judging:judges_confirm": row(403, **ORGANISERS, posts=True),
    "judging:judges_template": row(403, **ORGANISERS),
    "judging:holdings": row(403, **ORGANISERS),
    "judging:holdings_import": row(403, **ORGANISERS),
    "judging:holdings_confirm": row(403, **ORGANISERS, posts=True),
    "judging:holdings_template": row(403, **ORGANISERS),
    "judging:issue_code": row(404, **RUN, posts=True, arguments=lambda world: [world.heat.pk, world.invitation.pk]),
    "judging:lift_conflict": row(404, **RUN, posts=True, arguments=heat, form=reason_to_lift),
    "judging:late": row(404, **WATCH, arguments=heat),
    "judging:judge_list": row(404, **RUN, arguments=heat),
    "judging:panel_list": row(404, contestant=200, arguments=lambda world: [world.judges_shown.pk]),
    "judging:promises": row(403, province=200, administrator=200, arguments=lambda world: [world.season.pk]),
    "judging:secrecy": row(404, judge=200, posts=True, arguments=invitation),
    "judging:ties": row(404, judge=302, arguments=invitation),
    "judging:code": public(),
    "judging:invited": row(404, anonymous=404, arguments=lambda world: ["0000-0000-0000-0000"]),
    "judging:profile": row(404, judge=200),
}

ROWS = {**LIBRARY, **CALIBRATION, **ORGANISER, **JUDGE, **IMPORT}
