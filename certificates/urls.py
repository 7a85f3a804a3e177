from django.urls import path

from certificates import views

app_name = "certificates"

urlpatterns = [
    path("", views.mine, name="mine"),
    path("seasons/", views.seasons, name="seasons"),
    path("seasons/<int:pk>/", views.season, name="season"),
    path("seasons/<int:pk>/design/", views.design, name="design"),
    path("seasons/<int:pk>/design.webp", views.design_picture, name="design_picture"),
    path("seasons/<int:pk>/award/", views.give, name="give"),
    path("seasons/<int:pk>/issue/", views.issue, name="issue"),
    path("seasons/<int:pk>/batch/", views.batch, name="batch"),
    path("check/", views.check, name="check"),
    path("check/<slug:token>/", views.verify, name="verify"),
    path("<int:pk>.pdf", views.single, name="single"),
    path("<int:pk>/reissue/", views.reissue, name="reissue"),
    path("<int:pk>/revoke/", views.revoke, name="revoke"),
]
