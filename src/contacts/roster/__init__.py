"""The roster: reading, checking, importing and exporting divisions, households and officers."""
