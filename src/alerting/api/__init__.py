"""HTTP and websockets: parse, authorise, call one service, answer."""
