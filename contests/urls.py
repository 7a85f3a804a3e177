from django.urls import path

from contests.views import public as views

app_name = "contests"

urlpatterns = [
    path("", views.contest_list, name="list"),
    path("notices/", views.notices, name="notices"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("setup/", views.seasons, name="seasons"),
    path("setup/<int:pk>/", views.setup, name="setup"),
    path("setup/<int:pk>/start/", views.start, name="start"),
    path("<slug:slug>/<int:year>/", views.season, name="season"),
]
