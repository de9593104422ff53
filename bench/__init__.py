"""What the hall costs and how fast it is, beside the servers that one would otherwise pick."""
