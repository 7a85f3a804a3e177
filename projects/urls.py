from django.urls import path

from projects.views import (
    contestant,
    extensions,
    files,
    filling,
    invitations,
    likeness,
    officer,
    offline,
    papers,
    past,
    team,
    uploads,
)
from projects.views.preview import preview

app_name = "projects"

CONTESTANT = [
    path("", contestant.entries, name="entries"),
    path("start/<int:pk>/", contestant.start, name="start"),
    path("<int:pk>/", contestant.entry, name="entry"),
    path("<int:pk>/form/", filling.form_start, name="form_start"),
    path("<int:pk>/form/<slug:step>/", filling.form, name="form"),
    path("<int:pk>/documents/", filling.documents, name="documents"),
    path("<int:pk>/documents/<int:requirement>/", filling.upload, name="upload"),
    path("<int:pk>/documents/<int:requirement>/remove/", filling.remove_document, name="remove_document"),
    path("<int:pk>/team/add/", team.add_member, name="add_member"),
    path("<int:pk>/team/<int:member>/", team.member, name="member"),
    path("<int:pk>/team/invite/", invitations.invite, name="invite"),
    path("<int:pk>/team/invitations/<int:invitation>/", invitations.follow_up, name="follow_up"),
    path("invitation/<str:signed>/", invitations.invitation, name="invitation"),
    path("teams/", invitations.teams, name="teams"),
    path("teams/<int:pk>/", invitations.team, name="team"),
    path("<int:pk>/submit/", filling.submit, name="submit"),
    path("<int:pk>/withdraw/", contestant.withdraw, name="withdraw"),
    path("<int:pk>/reopen/", contestant.reopen, name="reopen"),
    path("<int:pk>/receipt.pdf", papers.receipt, name="receipt"),
    path("<int:pk>/form.pdf", papers.entry_form, name="entry_form"),
    path("receipt/<str:signed>/", papers.check_receipt, name="check_receipt"),
    path("uploads/", uploads.upload_list, name="uploads"),
    path("uploads/<uuid:key>/", uploads.upload_part, name="upload_part"),
    path("files/<int:pk>/", files.viewer, name="viewer"),
    path("files/<int:pk>/download/", files.file, name="file"),
    path("files/<int:pk>/<int:number>.webp", files.page, name="page"),
    path("files/<int:pk>/video.mp4", files.video, name="video"),
]
OFFICER = [
    path("desk/", officer.desk, name="desk"),
    path("desk/<int:pk>/", officer.screen, name="screen"),
    path("desk/<int:pk>/mark/", officer.mark, name="mark"),
    path("desk/<int:pk>/decide/", officer.decide, name="decide"),
    path("preview/<int:pk>/", preview, name="preview"),
    path("all/", officer.entry_list, name="list"),
    path("all/export.xlsx", officer.export, name="export"),
    path("all/<int:pk>/", officer.detail, name="detail"),
    path("all/<int:pk>/waive/", officer.waive, name="waive"),
    path("extensions/<int:season>/", extensions.extensions, name="extensions"),
    path("extensions/<int:pk>/end/", extensions.end_extension, name="end_extension"),
]
PAST = [
    path("past/", past.past_list, name="past"),
    path("past/import/", past.past_import, name="past_import"),
    path("past/import/confirm/", past.past_confirm, name="past_confirm"),
    path("past/template.xlsx", past.past_template_file, name="past_template"),
    path("past/doubtful/", past.past_doubtful, name="past_doubtful"),
    path("past/<int:pk>/decide/", past.past_decide, name="past_decide"),
]
LIKENESS = [
    path("alike/", likeness.likenesses, name="likenesses"),
    path("alike/<int:pk>/", likeness.likeness, name="likeness"),
    path("alike/<int:pk>/decide/", likeness.decide, name="decide_likeness"),
    path("all/<int:pk>/alike/", likeness.alike, name="alike"),
]
OFFLINE = [
    path("offline/", offline.seasons, name="offline"),
    path("offline/<int:pk>/", offline.desk, name="offline_desk"),
    path("offline/<int:pk>/template.xlsx", offline.template_file, name="offline_template"),
    path("offline/batches/<int:pk>/", offline.batch, name="offline_batch"),
    path("offline/batches/<int:pk>/confirm/", offline.confirm, name="offline_confirm"),
    path("take-over/", offline.take_over, name="take_over"),
]
urlpatterns = [*OFFLINE, *LIKENESS, *CONTESTANT, *OFFICER, *PAST]
