"""Work groups: what divisions and officers read together elsewhere; they reach nobody."""
