"""Catalogues of what pages say: found in the sources, kept beside them in gettext's form."""
