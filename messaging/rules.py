"""Permissions on messages."""

import rules


@rules.predicate
def received(user, message):
    return message is not None and message.to_id == user.pk


rules.add_perm("messaging.view_message", received)
