"""The pages that belong to no single room: home, the choice of a role, the demo's sign-ins, errors."""

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_http_methods, require_POST, require_safe

from accounts.models import User
from config import home as front
from config.demo import PARTS, demo_accounts
from config.shell import workspace_of, workspaces_of


def _front_tag(request):
    """A tag for visitors without messages to show; who is signed in gets a fresh page."""
    if request.user.is_authenticated or request.COOKIES.get("messages"):
        return None
    return front.landing_tag(timezone.now(), get_language())


@login_not_required
@require_safe
@condition(etag_func=_front_tag)
def home(request):
    at = timezone.now()
    if not request.user.is_authenticated:
        return render(request, "landing.html", {"landing": front.landing(at), "now": at})
    workspace = workspace_of(request)
    context = {"agenda": front.agenda(request.user, workspace.key, at), "now": at, "workspace": workspace}
    if workspace.key == "contestant":
        context |= {"journey": front.journey(request.user, at), "open_seasons": front.open_seasons(at)}
    return render(request, "home.html", context)


@login_not_required
@require_safe
@cache_control(max_age=86400, public=True)
def favicon(request):
    """Browsers ask here by themselves on pages that are no pages of ours, such as a PDF."""
    return redirect(static("img/emblem.svg"))


@require_POST
def choose_workspace(request):
    keys = {one.key for one in workspaces_of(request.user)}
    if request.POST.get("workspace") in keys:
        request.session["workspace"] = request.POST["workspace"]
    return redirect("home")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def demo(request):
    """One-click sign-ins, in demo mode alone; elsewhere there is no such page."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        chosen = request.POST.get("account", "")
        user = get_object_or_404(User.objects.filter(is_active=True).exclude(demo_role=""), username=chosen)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        request.session["workspace"] = user.demo_role
        return redirect("home")
    return render(request, "demo.html", {"rows": demo_accounts(), "parts": PARTS})


@login_not_required
def bad_request(request, exception=None):
    return render(request, "errors/400.html", status=400)


@login_not_required
def forbidden(request, exception=None):
    return render(request, "errors/403.html", status=403)


@login_not_required
def csrf_failure(request, reason=""):
    return render(request, "errors/csrf.html", status=403)


@login_not_required
def not_found(request, exception=None):
    return render(request, "errors/404.html", status=404)


@login_not_required
def server_error(request):
    return render(request, "errors/500.html", status=500)
