"""Addresses of plans, topics, consultations, rooms, outcomes and archives."""

from django.urls import URLPattern, URLResolver, path

from consultations.web import (
    archive,
    consultations,
    front,
    outcomes,
    rooms,
    search,
    seats,
    topics,
    workplan,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front.home, name="home"),
    path("me/", front.me, name="me"),
    path("search/", search.search, name="search"),
    path("plans/", workplan.plan_list, name="plan_list"),
    path("plans/import/", workplan.plan_import, name="plan_import"),
    path("plans/<int:pk>/", workplan.plan, name="plan"),
    path("items/<int:pk>/", workplan.item, name="work_item"),
    path("topics/", topics.topic_list, name="topic_list"),
    path("topics/new/", topics.topic_new, name="topic_new"),
    path("topics/<int:pk>/", topics.topic_page, name="topic"),
    path("topics/<int:pk>/edit/", topics.topic_edit, name="topic_edit"),
    path("topics/<int:pk>/decision/", topics.topic_decision, name="topic_decision"),
    path("topics/<int:pk>/consultations/new/", consultations.new, name="consultation_new"),
    path("consultations/", consultations.consultation_list, name="consultation_list"),
    path("consultations/<int:pk>/", consultations.page, name="consultation"),
    path("consultations/<int:pk>/edit/", consultations.edit, name="consultation_edit"),
    path("consultations/<int:pk>/stage/", consultations.stage, name="consultation_stage"),
    path("consultations/<int:pk>/seats/", seats.seats, name="consultation_seats"),
    path("consultations/<int:pk>/seats/assign/", seats.assign, name="seat_assign"),
    path("consultations/<int:pk>/seats/remove/", seats.remove, name="seat_remove"),
    path("consultations/<int:pk>/outcome/", outcomes.edit, name="outcome_edit"),
    path("consultations/<int:pk>/outcome/minutes/", outcomes.minutes, name="outcome_minutes"),
    path(
        "consultations/<int:pk>/outcome/<slug:what>/write/",
        outcomes.write,
        name="outcome_write",
    ),
    path(
        "consultations/<int:pk>/outcome/<slug:what>/move/",
        outcomes.move,
        name="outcome_move",
    ),
    path(
        "consultations/<int:pk>/outcome/<slug:what>/remove/",
        outcomes.remove,
        name="outcome_remove",
    ),
    path("consultations/<int:pk>/export/<slug:fmt>/", outcomes.export, name="outcome_export"),
    path("archives/<int:number>/", archive.page, name="archive"),
    path("archives/<int:number>/bag.zip", archive.bag, name="archive_download"),
    path("archives/<int:number>/export/<slug:fmt>/", archive.export, name="archive_export"),
    path("rooms/<int:pk>/", rooms.room, name="room"),
    path("rooms/<int:pk>/post/", rooms.room_post, name="room_post"),
]
