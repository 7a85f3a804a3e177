"""States of awards and certificates."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AwardState(TextChoices):
    GIVEN = "given", _("Awarded")
    REVOKED = "revoked", _("Revoked")


class CertificateState(TextChoices):
    VALID = "valid", _("Valid")
    REPLACED = "replaced", _("Replaced")
    REVOKED = "revoked", _("Revoked")


CERTIFICATE_MOVES = {
    CertificateState.VALID: frozenset({CertificateState.REPLACED, CertificateState.REVOKED}),
    CertificateState.REPLACED: frozenset(),
    CertificateState.REVOKED: frozenset(),
}
