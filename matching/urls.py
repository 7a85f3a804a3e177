from django.urls import path

from matching import views

app_name = "matching"

urlpatterns = [
    path("consents/", views.consents, name="consents"),
    path("consents/<int:pk>/", views.consent, name="consent"),
    path("consents/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("requests/", views.requests, name="requests"),
    path("requests/<int:pk>/answer/", views.answer, name="answer"),
    path("library/", views.library, name="library"),
    path("library/<int:pk>/", views.teaser, name="teaser"),
    path("library/<int:pk>/interest/", views.interest, name="interest"),
    path("documents/<int:consent>/<int:version>/", views.document, name="document"),
    path("institution/", views.institution, name="institution"),
    path("admissions/", views.admissions, name="admissions"),
    path("admissions/<int:pk>/admit/", views.admit, name="admit"),
    path("admissions/<int:pk>/refuse/", views.refuse, name="refuse"),
    path("admissions/<int:pk>/suspend/", views.suspend, name="suspend"),
    path("deals/", views.deals, name="deals"),
    path("deals/<int:pk>/", views.deal, name="deal"),
    path("deals/<int:pk>/advance/", views.advance, name="advance"),
    path("deals/<int:pk>/outcome/", views.outcome, name="outcome"),
    path("steps/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("board/", views.board, name="board"),
]
