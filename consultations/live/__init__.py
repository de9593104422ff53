"""The live room: sockets, and what is told to them."""
