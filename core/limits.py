"""How often somebody may try something that can be guessed."""

from django.core.cache import cache


def is_within(key: str, *, most: int, seconds: int) -> bool:
    """Count one more try under this key; whether it is among the allowed ones of the running stretch of time."""
    place = f"limit:{key}"
    if cache.add(place, 1, seconds):
        return True
    try:
        return cache.incr(place) <= most
    except ValueError:
        return True  # The stretch ended between the two calls: a new one begins.
