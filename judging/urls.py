"""Addresses of the judging room: the organiser's heats, the judge's sheets, the supervisor's records."""

from django.urls import URLPattern

app_name = "judging"

urlpatterns: list[URLPattern] = []
