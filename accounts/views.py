"""One's own account."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import services
from accounts.forms import ProfileForm
from accounts.models import Person
from core.forms import show_refusal
from core.problems import Refused


def profile(request):
    """Everybody sees and changes their own account only: there is no number in the address."""
    user = request.user
    form = ProfileForm(request.POST or None, initial={"display_name": user.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename(user, display_name=form.cleaned_data["display_name"], by=user)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Your name is saved."))
            return redirect("accounts:profile")
    person = Person.objects.select_related("employer").filter(pk=user.person_id).first()
    protected = Authenticator.objects.filter(user=user).exists()
    return render(request, "accounts/profile.html", {"form": form, "person": person, "protected": protected})
