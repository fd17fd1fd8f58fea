"""Dark villages: villages where texts do not arrive, so that officers must knock on every door."""
