"""Signing in by phone and code, through django-allauth."""

from allauth.account.adapter import DefaultAccountAdapter


class PhoneAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Phones of people, for allauth."""
