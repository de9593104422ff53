"""Reading documents that people bring: bytes in, plain records or numbered complaints out.

Pure: no Django, no database, no files opened. ``workplan.read_workplan`` is the way in.
"""
