"""What holds for every test."""

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings
from pytest_django import DjangoDbBlocker

# The same examples in every run and no stopwatch: a gate that fails now and then teaches nobody.
settings.register_profile("gate", derandomize=True, deadline=None, database=None)
settings.load_profile("gate")

# Limits are counted apart from the data; each test that has a database begins with none counted.
TransactionTestCase.databases = {"default", django_settings.COUNTS}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Make the databases of the tests, and that of the counts, which no test asks for by name."""
    with django_db_blocker.unblock():
        connections[django_settings.COUNTS].creation.create_test_db(verbosity=0, serialize=False)
