"""What the tests stand on: real servers, a real browser, the repository itself."""
