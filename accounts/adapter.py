"""Sign-in rules: user name, e-mail or mobile number; numbers are kept encrypted with a blind index."""

from types import SimpleNamespace

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.fields import MobileField, mobile_number
from accounts.models import User
from core import audit
from core.crypto import blind_index

WRONG = gettext_lazy("The account or the password is wrong. Check both; after five wrong tries sign-in pauses.")
DIGITS = "0123456789"
WEAK = {
    "password_too_short": gettext_lazy("This password is too short. Use at least 10 characters."),
    "password_too_common": gettext_lazy("This password is one of the most common ones. Choose another."),
    "password_entirely_numeric": gettext_lazy("This password has digits alone. Add letters or other characters."),
    "password_too_similar": gettext_lazy("This password is too much like your name or address. Choose another."),
}


class AccountAdapter(DefaultAccountAdapter):
    # One sentence for every way to be wrong: it does not tell whether the account exists.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "phone_password_mismatch": WRONG,
        "too_many_login_attempts": gettext_lazy(
            "Too many wrong tries. Sign-in pauses for five minutes; you can also set a new password meanwhile."
        ),
        "username_taken": gettext_lazy("This user name is taken. Choose another."),
        "email_taken": gettext_lazy("This e-mail already has an account. Sign in with it, or set a new password."),
        "phone_taken": gettext_lazy("This number already has an account. Sign in with it, or set a new password."),
        "incorrect_code": gettext_lazy("This code is wrong. Compare it with the message; only the latest code counts."),
    }

    # ---------------------------------------------------------------- accounts

    def populate_username(self, request, user):
        """Who signs up with a number or an e-mail alone gets a name that tells nothing about them."""
        if not user.username:
            user.username = self._free_username()

    def _free_username(self) -> str:
        while True:
            name = "ly" + get_random_string(8, DIGITS)
            if not User.objects.filter(username=name).exists():
                return name

    def clean_username(self, username, shallow=False):
        """A user name must not look like an address: nobody may take the number or e-mail others sign in with."""
        if "@" in username or mobile_number(username):
            raise ValidationError(_("A user name can't be a mobile number or an e-mail. Use their own fields."))
        return super().clean_username(username, shallow)

    def clean_password(self, password, user=None):
        try:
            return super().clean_password(password, user)
        except ValidationError as weak:
            raise ValidationError([WEAK.get(one.code, one.message) for one in weak.error_list]) from weak

    @transaction.atomic
    def save_user(self, request, user, form, commit=True):
        user.display_name = form.cleaned_data.get("display_name", "")
        user = super().save_user(request, user, form, commit)
        audit.record(user, "account.sign_up", by=user, after={"username": user.username})
        return user

    @transaction.atomic
    def set_password(self, user, password):
        super().set_password(user, password)
        audit.record(user, "account.password", by=user)

    # ---------------------------------------------------------------- mobile numbers

    def phone_form_field(self, **kwargs):
        return MobileField(**kwargs)

    def get_phone(self, user):
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user, phone: str, verified: bool):
        services.set_phone(user, phone=phone, verified=verified, by=user)

    def set_phone_verified(self, user, phone: str):
        services.set_phone(user, phone=phone, verified=True, by=user)

    def get_user_by_phone(self, phone: str):
        return User.objects.filter(phone_index=blind_index("phone", phone)).first()

    def send_verification_code_sms(self, user, phone: str, code: str, **kwargs):
        self._text(phone, _("Your code is %(code)s. It holds for a few minutes. Give it to nobody.") % {"code": code})

    def send_account_already_exists_sms(self, phone: str):
        self._text(phone, _("This number already has an account. Sign in with it, or set a new password."))

    def _text(self, phone: str, text: str) -> None:
        import_string(settings.SMS_BACKEND)().send(phone, f"【{self._site_name()}】{text}")

    # ---------------------------------------------------------------- mail

    def send_mail(self, template_prefix, email, context):
        """A code for a mobile number goes by SMS: the reset page takes either address in one field."""
        if email.startswith("+"):
            if "code" in context:
                self.send_verification_code_sms(None, email, context["code"])
            return
        site = SimpleNamespace(name=self._site_name(), domain=settings.SITE_URL.split("://")[-1])
        super().send_mail(template_prefix, email, {"current_site": site, **context})

    def format_email_subject(self, subject):
        return f"[{self._site_name()}] {subject}"

    def _site_name(self) -> str:
        return settings.SITE_NAME or _("Luyan")
