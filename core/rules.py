"""Permissions on what core keeps."""

import rules


@rules.predicate
def started(user, job):
    return job is not None and job.by_id == user.pk


rules.add_perm("core.view_job", started)
