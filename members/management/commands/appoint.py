"""Give a person a role from the command line: how the first administrator comes to be."""

from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand, CommandParser

from hall.errors import Refusal
from members.aliases import fit_alias
from members.models import Person
from members.phones import InvalidPhone, parse_phone
from members.roles import Role


class Command(BaseCommand):
    help = "Give the person with this phone a role; the person is created if unknown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--alias", help="for a new person; default: the role's name")

    def handle(
        self, *_args: Any, phone: str, role: str, alias: str | None, **_options: Any
    ) -> None:
        try:
            number = parse_phone(phone)
        except InvalidPhone as error:
            raise CommandError(str(error)) from None
        person = Person.objects.filter(phone=number).first()
        if person is None:
            try:
                named = fit_alias(alias, role=Role(role)) if alias else str(Role(role).label)
            except Refusal as refusal:
                raise CommandError(refusal.message) from None
            person = Person.objects.create_user(phone=number, alias=named)
        person.role = role
        person.save(update_fields=["role"])
        self.stdout.write(f"{person.alias}({number})现在是{Role(role).label}。")
