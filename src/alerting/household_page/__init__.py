"""The page behind a household's link: the alert, the household's record and answer buttons."""
