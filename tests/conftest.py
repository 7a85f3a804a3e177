"""What every test may rely on. Rows are made by tests/factories.py."""

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck, settings

# How busy the machine is says nothing about a property.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _clean_process():
    """Counters of sign-in attempts and the language of a request must not reach the next test."""
    yield
    cache.clear()
    translation.deactivate()


@pytest.fixture
def signed_in(client):
    """`signed_in(user)` answers a test client with that user's session."""

    def sign_in(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
