"""What bench.prepare puts into the hall, for both sides to know without Django."""

SPEAKERS = 40  # people beside the thousand, who sit in every room
OPINIONS = 200  # in a room that is prepared `full`
