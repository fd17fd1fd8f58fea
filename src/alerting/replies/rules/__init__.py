"""Pure rules: what a reply means, how sure that is, and which household and alert it is about."""
