"""The opinion map, in pure numpy: where people stand, what unites and what divides them."""
