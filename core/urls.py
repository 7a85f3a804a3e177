from django.urls import path

from core import views

app_name = "core"

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/result/", views.job_result, name="job_result"),
    path("audit/", views.audit, name="audit"),
]
