"""Sessions of people who have signed in, as the hall keeps them."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from members.models import Person

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


def sign_in(person: Person) -> str:
    """A session of this person; returns its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)
