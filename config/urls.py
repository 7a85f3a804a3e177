"""Which room answers which address."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from config import views

# One way in for all: the lock-out and the second factor of our sign-in hold for the back office too.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", views.home, name="home"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("workspace/", views.choose_workspace, name="workspace"),
    path("demo/", views.demo, name="demo"),
    # A language is no secret and changes nothing but words; without a token in it a public page stays the same bytes.
    path("i18n/", login_not_required(csrf_exempt(set_language)), name="set_language"),
    path("account/", include("allauth.urls")),
    path("", include("core.urls")),
    path("", include("accounts.urls")),
    path("messages/", include("messaging.urls")),
    path("contests/", include("contests.urls")),
    path("entries/", include("projects.urls")),
    path("judging/", include("judging.urls")),
    path("certificates/", include("certificates.urls")),
    path("matching/", include("matching.urls")),
    path("year/", include("insights.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
