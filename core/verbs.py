"""Words for the verbs of the audit trail, shown in the reader's language."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "person.known": _("Person recorded"),
    "person.correct": _("Person's details changed"),
    "organisation.known": _("Organisation recorded"),
    "account.create": _("Account made"),
    "account.link": _("Account joined to a person"),
    "job.start": _("Background task started"),
    "job.finish": _("Background task ended"),
}


def verb_name(verb: str) -> str:
    """The words for a verb; one that is not listed shows as it stands in the trail."""
    return str(VERBS.get(verb, verb))
