"""Pages that live without Python: one file each."""
