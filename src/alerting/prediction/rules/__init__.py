"""Pure rules of the prediction: answers, doors, and the range of the moment of zero."""
