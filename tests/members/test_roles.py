from members.roles import HALL_TABLE, SEAT_TABLE, Permission, Role, SeatRole


def test_tables_name_every_role_and_every_permission() -> None:
    assert set(HALL_TABLE) == set(Role)
    assert set(SEAT_TABLE) == set(SeatRole)
    granted = set().union(*HALL_TABLE.values(), *SEAT_TABLE.values())
    assert granted == set(Permission)


def test_speaking_comes_from_a_seat_alone() -> None:
    for granted in HALL_TABLE.values():
        assert not granted & {
            Permission.OPINION_POST,
            Permission.STANCE_TAKE,
            Permission.OPINION_MODERATE,
            Permission.AGENDA_MOVE,
        }


def test_only_administrators_manage_people() -> None:
    managers = [role for role in Role if Permission.PEOPLE_MANAGE in HALL_TABLE[role]]
    assert managers == [Role.ADMIN]
    assert not any(Permission.PEOPLE_MANAGE in granted for granted in SEAT_TABLE.values())


def test_sealing_and_calling_off_are_the_offices_alone() -> None:
    for permission in (Permission.CONSULTATION_SEAL, Permission.CONSULTATION_CANCEL):
        assert {role for role in Role if permission in HALL_TABLE[role]} == {Role.STAFF, Role.ADMIN}
        assert not any(permission in granted for granted in SEAT_TABLE.values())


def test_observers_and_residents_without_a_seat_do_nothing_in_a_room() -> None:
    assert SEAT_TABLE[SeatRole.OBSERVER] == frozenset()
    assert HALL_TABLE[Role.RESIDENT] == {
        Permission.TOPIC_PROPOSE,
        Permission.ROOM_ENTER,
        Permission.STUDIO_ASK,
    }
