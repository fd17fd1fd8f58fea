"""Lists notes and proposals from other systems and from sensors for officers."""
