"""The page behind a household's link: the alert's state, the household's record, four buttons."""
