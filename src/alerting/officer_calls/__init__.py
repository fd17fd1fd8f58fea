"""Officer calls (叫应): officers are called to an alert until they confirm."""
