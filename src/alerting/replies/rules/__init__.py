"""The rules that read a reply, find its household and alert, and doubt the reading."""
