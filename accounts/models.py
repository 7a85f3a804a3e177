"""People and bodies: who exists, known by number, with or without a login."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.states import IdKind, OrganisationKind, Sex
from core.crypto import EncryptedTextField, blind_index
from core.identity import masked_id, masked_phone
from core.language import local
from core.models import Region


class Organisation(models.Model):
    """单位 · any body. Its identity is the unified social credit code where it has one."""

    kind = models.CharField(_("kind"), max_length=12, choices=OrganisationKind)
    name = models.CharField(_("name"), max_length=120, db_index=True)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    phone = models.CharField(_("public phone"), max_length=40, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self):
        return self.name

    @property
    def local_name(self) -> str:
        return local(self, "name")


class Person(models.Model):
    """自然人 · a human being known by an identity document, with or without a login.

    One row for one human being over all years and parts: leader, member, adviser, judge.
    """

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in Latin letters"), max_length=120, blank=True)
    id_kind = models.CharField(_("document"), max_length=10, choices=IdKind, default=IdKind.RESIDENT)
    id_number = EncryptedTextField(_("document number"), blank=True)
    id_index = models.CharField(max_length=32, null=True, blank=True, editable=False)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    nationality = models.CharField(_("nationality"), max_length=40, blank=True)
    phone = EncryptedTextField(_("mobile number"), blank=True)
    phone_index = models.CharField(max_length=32, null=True, blank=True, editable=False, db_index=True)
    email = models.EmailField(_("e-mail"), blank=True)
    employer = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="staff")
    title = models.CharField(_("post or title"), max_length=60, blank=True)
    school = models.CharField(_("school"), max_length=80, blank=True)
    degree = models.CharField(_("degree"), max_length=40, blank=True)
    graduated_on = models.DateField(_("graduation date"), null=True, blank=True)
    statuses = models.JSONField(_("status"), default=list, blank=True)
    added_by = models.ForeignKey("User", models.SET_NULL, null=True, blank=True, editable=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["id_kind", "id_index"], name="person_one_per_document")]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self):
        return self.name

    def set_document(self, kind: str, number: str) -> None:
        """Take over an identity document; the blind index follows the number."""
        self.id_kind, self.id_number = kind, number.strip().upper()
        self.id_index = blind_index(f"id:{kind}", self.id_number)

    def set_phone(self, number: str) -> None:
        self.phone, self.phone_index = number, blind_index("phone", number)

    def may_be_corrected_by(self, user) -> bool:
        """People with a login speak for themselves; the others are corrected by whoever brought them in."""
        if user.person_id == self.pk:
            return True
        return self.added_by_id == user.pk and not hasattr(self, "user")

    @property
    def masked_id_number(self) -> str:
        return masked_id(self.id_number)

    @property
    def masked_phone(self) -> str:
        return masked_phone(self.phone)


class User(AbstractUser):
    """账号 · a login. It belongs to one person once that person is known."""

    first_name = None
    last_name = None
    display_name = models.CharField(_("shown name"), max_length=80, blank=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="user")
    phone = EncryptedTextField(_("mobile number"), blank=True)
    phone_index = models.CharField(max_length=32, null=True, blank=True, unique=True, editable=False)
    phone_verified = models.BooleanField(default=False)
    demo_role = models.CharField(max_length=20, blank=True, help_text=_("Listed on the demo page under this role."))

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self):
        return self.display_name or self.username

    def get_full_name(self):
        return self.display_name or self.username

    def get_short_name(self):
        return self.display_name or self.username
