"""One verb a file: load, decide, save, wake. Services never import each other."""
