"""Security events: how requests cause them, the loop that stores them, and the route for them."""
