"""The pages that belong to no single room: home, the choice of a role, the demo's sign-ins, errors."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from config.shell import workspaces_of


@login_not_required
def home(request):
    return render(request, "home.html", {"tasks": []})


@require_POST
def choose_workspace(request):
    keys = {one.key for one in workspaces_of(request.user)}
    if request.POST.get("workspace") in keys:
        request.session["workspace"] = request.POST["workspace"]
    return redirect("home")


@login_not_required
def demo(request):
    raise Http404


@login_not_required
def bad_request(request, exception=None):
    return render(request, "errors/400.html", status=400)


@login_not_required
def forbidden(request, exception=None):
    return render(request, "errors/403.html", status=403)


@login_not_required
def not_found(request, exception=None):
    return render(request, "errors/404.html", status=404)


@login_not_required
def server_error(request):
    return render(request, "errors/500.html", status=500)
