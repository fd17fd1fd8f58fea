"""An evacuation alert, from a village informant's word to zero people unaccounted."""
