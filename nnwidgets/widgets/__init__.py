"""The notebook widgets: ``Network`` and its views, one file each."""
