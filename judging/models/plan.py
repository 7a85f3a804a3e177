from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Job
from judging.models.draw import Draw, short_code
from judging.states import PlanState


class Plan(models.Model):
    """分配方案 · one answer to who judges what, under the rules of that moment; looked at first, then accepted.

    `problem` is what was solved, packed; `answer` what came out, never changed after. `changes` are moves by hand
    before the plan was accepted, each with its reason. `prices` say what the sum would gain without a rule.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=8, choices=PlanState, default=PlanState.SOLVING)
    rules = models.JSONField(_("rules"))
    versions = models.JSONField(default=dict)
    problem = models.BinaryField(default=bytes)
    problem_digest = models.CharField(max_length=64, blank=True)
    answer = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    prices = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(_("made"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["draw", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="plan_number"),
            models.UniqueConstraint(
                fields=["draw"], condition=models.Q(state=PlanState.ACCEPTED), name="plan_accepted_once"
            ),
        ]
        verbose_name = _("assignment plan")
        verbose_name_plural = _("assignment plans")

    def __str__(self):
        return _("plan %(number)s of %(heat)s") % {"number": self.number, "heat": self.draw.heat}

    @property
    def code(self) -> str:
        return short_code(self.digest)
