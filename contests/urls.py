from django.urls import path, register_converter

from contests.sections import BY_KEY
from contests.views import preview, public, setup, whole


class SectionKey:
    """A part of the set-up by its key; other words under a season are pages of their own."""

    regex = "|".join(BY_KEY)

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


register_converter(SectionKey, "section")

app_name = "contests"

urlpatterns = [
    path("", public.contest_list, name="list"),
    path("notices/", public.notices, name="notices"),
    path("notices/<int:pk>/", public.notice, name="notice"),
    path("setup/", public.seasons, name="seasons"),
    path("setup/new/", whole.begin, name="begin"),
    path("setup/load/", whole.load, name="load"),
    path("setup/<int:pk>/", setup.overview, name="setup"),
    path("setup/<int:pk>/checklist/", whole.checklist, name="checklist"),
    path("setup/<int:pk>/review/", whole.review, name="review"),
    path("setup/<int:pk>/file/", whole.file, name="file"),
    path("setup/<int:pk>/season.yaml", whole.file_download, name="download"),
    path("setup/<int:pk>/copy/", whole.copy, name="copy"),
    path("setup/<int:pk>/call/", whole.call, name="call"),
    path("setup/<int:pk>/preview/", preview.preview, name="preview"),
    path("setup/<int:pk>/start/", setup.start, name="start"),
    path("setup/<int:pk>/facts/", setup.facts, name="setup_facts"),
    path("setup/<int:pk>/confirm/", setup.confirm, name="confirm_samples"),
    path("setup/<int:pk>/bureaus/", setup.bureaus, name="bureaus"),
    path("setup/<int:pk>/<section:section>/", setup.section_list, name="section"),
    path("setup/<int:pk>/<section:section>/add/", setup.part, name="part_add"),
    path("setup/<int:pk>/<section:section>/<int:row>/", setup.part, name="part"),
    path("setup/<int:pk>/<section:section>/<int:row>/move/", setup.move, name="part_move"),
    path("setup/<int:pk>/<section:section>/<int:row>/remove/", setup.remove, name="part_remove"),
    path("setup/<int:pk>/<section:section>/<int:row>/confirm/", setup.confirm, name="part_confirm"),
    path("<slug:slug>/<int:year>/", public.season, name="season"),
]
