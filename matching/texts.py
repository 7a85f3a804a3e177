"""Consent texts by version: what was agreed to stays readable, whatever the current words are (PIPL Art. 14, 23)."""

from django.utils.translation import gettext as _

from matching.states import ConsentPurpose

VERSION = "2026-1"


def consent_text(purpose: str, *, project: str, institution: str = "", until: str) -> str:
    """The sentence that is shown, agreed to and stored whole."""
    if purpose == ConsentPurpose.TEASER:
        return _(
            "I agree that institutions admitted by the organisers see the brief of “%(project)s”: name, track, award, "
            "city, one-sentence introduction, summary, round and amount sought. Documents, contact data, ID numbers, "
            "marks and comments are not shown. The consent ends on %(until)s; I can withdraw it at any time, "
            "just as easily."
        ) % {"project": project, "until": until}
    return _(
        "I agree that %(institution)s reads the business plan and the pitch deck of “%(project)s” "
        "to judge an investment. "
        "Every reading is logged and I can see it. The consent ends on %(until)s; I can withdraw it at any time; what "
        "was read before can't be made unread."
    ) % {"institution": institution, "project": project, "until": until}
