from django.urls import path

from insights import views

app_name = "insights"

urlpatterns = [
    path("", views.year, name="year"),
    path("<int:year>/", views.year, name="year"),
    path("<int:year>/projects/", views.projects, name="projects"),
]
