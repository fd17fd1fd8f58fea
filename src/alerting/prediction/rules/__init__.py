"""Pure rules of the prediction: replies, doors, and the range of the time of zero."""
