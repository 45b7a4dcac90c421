"""The book: the lessons with living widgets, and the reference. It builds and reads offline."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Where the checkout is, when the book is built from a copy of its folder.
ROOT = Path(os.environ.get("NNWIDGETS_ROOT", HERE.parent))
sys.path[:0] = [str(HERE / "_ext"), str(ROOT)]

import nnwidgets  # noqa: E402

project = "nnwidgets"
author = "the nnwidgets authors"
copyright = "the nnwidgets authors"
version = release = nnwidgets.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "lessons", "mathml"]
exclude_patterns = ["_build", "lessons/widgets", "README.md"]

# The lessons come executed, with pages in the place of widgets: see _ext/lessons.py.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "nnwidgets"
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False

autodoc_typehints = "none"  # the docstrings say it, with shapes
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
