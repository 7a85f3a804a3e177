"""Signing up, signing in, a new password, and one's own profile."""

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.fields import MobileField, mobile_number
from accounts.models import User

PASSWORD_RULES = _("At least 10 characters, not digits alone and no common password.")


class SignupForm(allauth_forms.SignupForm):
    """One of mobile number, e-mail and user name is enough; a name for the officers to read comes first."""

    field_order = ["display_name", "phone", "email", "username", "password1", "password2"]
    display_name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("Mobile number")
        self.fields["phone"].help_text = _("For signing in and for a new password by SMS.")
        self.fields["email"].label = _("E-mail")
        self.fields["username"].label = _("User name")
        self.fields["username"].help_text = _("Left empty, one is made for you.")
        self.fields["password1"].label = _("Password")
        self.fields["password2"].label = _("Password again")
        self.fields["password1"].help_text = PASSWORD_RULES
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean(self):
        data = super().clean()
        given = [data.get(name) for name in ("phone", "email", "username")]
        if not any(given) and not self.errors.keys() & {"phone", "email", "username"}:
            self.add_error("phone", _("Enter a mobile number or an e-mail: you sign in with it."))
        return data

    def _clean_phone(self):
        phone = self.cleaned_data.get("phone")
        if phone and get_adapter().get_user_by_phone(phone):
            self.add_error("phone", get_adapter().error_messages["phone_taken"])

    def try_save(self, request):
        try:
            return super().try_save(request)
        except IntegrityError:
            # Somebody took the same number or name a moment ago: the checks above can't see that.
            messages.error(request, _("The same account was made a moment ago. Sign in with it."))
            return None, redirect("account_login")


class LoginForm(allauth_forms.LoginForm):
    """Takes a mobile number in any spelling; the lock-out then counts one number, however it is written."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name, e-mail or mobile number")
        self.fields["login"].widget.attrs.update({"autocomplete": "username", "autocapitalize": "none"})
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Stay signed in for 12 hours on this device")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)

    def clean_login(self):
        typed = super().clean_login()
        number = mobile_number(typed)
        return typed if not number or User.objects.filter(username=typed.lower()).exists() else number


class AddressField(forms.CharField):
    """An e-mail or a mobile number in one field; the clean value is one or the other in its one spelling."""

    def __init__(self):
        look = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"})
        super().__init__(label=_("E-mail or mobile number"), max_length=254, widget=look)

    def clean(self, value):
        typed = super().clean(value)
        return forms.EmailField().clean(typed.lower()) if "@" in typed else MobileField().clean(typed)


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """The code goes where the address points. It never tells whether an account exists."""

    email = AddressField()

    def clean_email(self):
        address = self.cleaned_data["email"]
        if "@" in address:
            return super().clean_email()
        found = get_adapter().get_user_by_phone(address)
        self.users = [found] if found and found.is_active else []
        return address


class RequestLoginCodeForm(allauth_forms.RequestLoginCodeForm):
    email = AddressField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["phone"]
        self.fields["email"].required = True

    def clean_email(self):
        address = self.cleaned_data["email"]
        if "@" in address:
            return super().clean_email()
        self.cleaned_data["phone"] = address
        self.clean_phone()
        return ""


class ProfileForm(forms.Form):
    """What a person may change about their own account without a code."""

    display_name = forms.CharField(
        label=_("Shown name"),
        max_length=80,
        help_text=_("This is how officers and other people see you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class NewPassword:
    """The fields of a new password in our words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label, self.fields["password2"].label = _("New password"), _("New password again")
        self.fields["password1"].help_text = PASSWORD_RULES
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class ChangePasswordForm(NewPassword, allauth_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(NewPassword, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordKeyForm(NewPassword, allauth_forms.ResetPasswordKeyForm):
    pass


class Code:
    """A code that was sent: digits, taken over from the SMS where the phone offers it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.update({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"})


class ConfirmLoginCodeForm(Code, allauth_forms.ConfirmLoginCodeForm):
    pass


class ConfirmPasswordResetCodeForm(Code, allauth_forms.ConfirmPasswordResetCodeForm):
    pass


class VerifyPhoneForm(Code, allauth_forms.VerifyPhoneForm):
    pass
