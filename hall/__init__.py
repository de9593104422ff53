"""The hall: settings, server, and what every room of the house stands on."""
