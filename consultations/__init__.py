"""Consultations: from the work plan to the sealed record."""
