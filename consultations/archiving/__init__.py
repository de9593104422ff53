"""The sealed record of a consultation: hash chain, Merkle tree, BagIt archive, signature, check.

Pure: no Django, no database. ``verify`` is the standard library alone and travels inside every
archive; it deliberately shares no code with the modules that write, so that a fault in one of
them shows up as a disagreement instead of cancelling out.
"""
