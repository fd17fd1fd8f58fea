"""Work groups: chat groups of divisions and officers. A post to one counts as reaching nobody."""
