"""Work groups: chat groups of divisions and officers; a post to one counts as reaching nobody."""
