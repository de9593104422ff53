"""The demo hall: an invented county, its people, its plan, and a consultation in each stage."""
