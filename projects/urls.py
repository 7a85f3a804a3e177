from django.urls import path

from projects.views import contestant

app_name = "projects"
urlpatterns = [path("<int:pk>/", contestant.entry, name="entry")]
