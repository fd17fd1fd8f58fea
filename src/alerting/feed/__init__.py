"""The live feed: hints that wake readers, one log tail per alert and process, frames to sockets."""
