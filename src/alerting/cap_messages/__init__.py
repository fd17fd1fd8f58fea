"""CAP messages of this service's alerts: issued as frozen documents, and published in a feed."""
