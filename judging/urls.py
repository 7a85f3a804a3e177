"""Addresses of the judging room: the organiser's heats, the judge's sheets, the supervisor's records."""

from django.urls import path

from judging.views import (
    blind,
    decisions,
    draws,
    heats,
    imports,
    judges,
    opinions,
    plans,
    preview,
    queue,
    rankings,
    records,
    sheets,
    trial,
)

app_name = "judging"

ORGANISER = [
    path("heats/", heats.heats, name="heats"),
    path("heats/prepare/<int:stage>/", heats.prepare, name="prepare"),
    path("heats/<int:pk>/", heats.heat, name="heat"),
    path("heats/<int:pk>/refresh/", heats.refresh, name="refresh"),
    path("heats/<int:pk>/open/", heats.open_heat, name="open"),
    path("heats/<int:pk>/judges/", judges.judges, name="judges"),
    path("heats/<int:pk>/judges/invite/", judges.invite, name="invite"),
    path("heats/<int:pk>/judges/<int:invitation>/take-back/", judges.take_back, name="take_back"),
    path("heats/<int:pk>/conflicts/", judges.conflicts, name="conflicts"),
    path("heats/<int:pk>/draw/", draws.draw, name="draw"),
    path("heats/<int:pk>/plan/", plans.plan, name="plan"),
    path("heats/<int:pk>/plan/entries/<int:participation>/", plans.plan_entry, name="plan_entry"),
    path("heats/<int:pk>/repair/", plans.repair, name="repair"),
    path("heats/<int:pk>/entries/<int:participation>/", draws.panel, name="panel"),
    path("heats/<int:pk>/progress/", heats.progress, name="progress"),
    path("heats/<int:pk>/remind/", heats.remind, name="remind"),
    path("heats/<int:pk>/absent/", heats.absent, name="absent"),
    path("heats/<int:pk>/blind/", blind.blind, name="blind"),
    path("heats/<int:pk>/blind/search/", blind.search_names, name="search_names"),
    path("heats/<int:pk>/blind/clear/", blind.clear_unnamed, name="clear_unnamed"),
    path("heats/<int:pk>/blind/<int:version>/", blind.cover, name="cover"),
    path("heats/<int:pk>/blind/<int:version>/clear/", blind.clear_document, name="clear_document"),
    path("heats/<int:pk>/blind/<int:version>/<int:number>.webp", blind.blind_page, name="blind_page"),
    path("heats/<int:pk>/lock/", rankings.lock, name="lock"),
    path("heats/<int:pk>/rerank/", rankings.rerank, name="rerank"),
    path("heats/<int:pk>/publish/", rankings.publish, name="publish"),
    path("rankings/<int:pk>/", rankings.ranking, name="ranking"),
    path("rankings/<int:pk>/ranking.xlsx", rankings.ranking_xlsx, name="ranking_xlsx"),
    path("rankings/<int:pk>/bundle.json", rankings.ranking_bundle, name="ranking_bundle"),
    path("rankings/<int:pk>/summary.pdf", rankings.ranking_pdf, name="ranking_pdf"),
    path("rankings/<int:pk>/decide/", decisions.decide, name="decide"),
    path("rankings/<int:pk>/moved/", rankings.moved, name="moved"),
    path("rankings/<int:pk>/opinion/", opinions.opinion, name="opinion"),
    path("rankings/<int:pk>/opinion/compute/", opinions.make_opinion, name="make_opinion"),
    path("rankings/<int:pk>/diagnostics/", opinions.diagnostics, name="diagnostics"),
    path("rules/<int:pk>/trial/", trial.try_rule, name="try_rule"),
    path("records/", records.records, name="records"),
    path("records/draws/<int:pk>/check/", records.check_draw, name="check_draw"),
    path("records/rankings/<int:pk>/check/", records.check_ranking, name="check_ranking"),
    path("draws/<int:pk>/", draws.draw_record, name="draw_record"),
    path("draws/<int:pk>/record.json", draws.draw_bundle, name="draw_bundle"),
    path("draws/<int:pk>/record.pdf", draws.draw_pdf, name="draw_pdf"),
    path("results/<int:pk>/", rankings.result, name="result"),
]

JUDGE = [
    path("queue/", queue.queue, name="queue"),
    path("queue/<int:pk>/", queue.own_marks, name="own_marks"),
    path("queue/<int:pk>/submit/", queue.submit_complete, name="submit_complete"),
    path("invitations/<int:pk>/", queue.invitation, name="invitation"),
    path("invitations/<int:pk>/pledge/", queue.pledge, name="pledge"),
    path("sheets/<int:pk>/", sheets.sheet, name="sheet"),
    path("sheets/<int:pk>/save/", sheets.save_sheet, name="save_sheet"),
    path("sheets/<int:pk>/submit/", sheets.submit_sheet, name="submit_sheet"),
    path("sheets/<int:pk>/step-back/", sheets.recuse, name="recuse"),
    path("sheets/<int:pk>/pages/<int:version>/<int:number>.webp", sheets.page, name="page"),
]

IMPORTS = [
    path("preview/<int:pk>/", preview.preview_sheet, name="preview_sheet"),
    path("import/", imports.import_marks, name="import_marks"),
    path("import/confirm/", imports.confirm_import, name="confirm_import"),
    path("import/<int:pk>/", imports.imported, name="imported"),
]

urlpatterns = [*ORGANISER, *JUDGE, *IMPORTS]
