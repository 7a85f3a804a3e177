"""What the product does for itself by the clock."""

from django.core.management import call_command
from django_tasks import task

from core import audit
from core.periodic import every


@every(minutes=10)
@task()
def seal_audit() -> None:
    """Close the open stretch of the audit trail."""
    audit.seal()


@every(days=1)
@task()
def forget_sessions() -> None:
    """Sessions that ended."""
    call_command("clearsessions")


@every(days=1)
@task()
def forget_results() -> None:
    """What the queue still knows of tasks that are done, after a fortnight."""
    call_command("prune_db_task_results")
