"""Evidence about households: recording, checking in, visitors, audit."""
