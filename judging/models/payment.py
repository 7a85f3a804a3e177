from django.db import models
from django.utils.translation import gettext_lazy as _

from core.crypto import EncryptedTextField
from judging.models.judge import Judge


class PayAccount(models.Model):
    """收款账户 · where a judge's fee is paid to. A table of its own, so that no list of judges ever loads it."""

    judge = models.OneToOneField(Judge, models.PROTECT, related_name="pay_account")
    holder = EncryptedTextField(_("account holder"))
    bank = EncryptedTextField(_("bank and branch"))
    number = EncryptedTextField(_("account number"))
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("pay account")
        verbose_name_plural = _("pay accounts")

    def __str__(self):
        return str(self.judge)

    @property
    def masked_number(self) -> str:
        return f"•••• {self.number[-4:]}"
