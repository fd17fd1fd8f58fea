"""The live feed: hints that wake, one tail of the log per alert and process, frames to sockets."""
