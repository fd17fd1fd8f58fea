"""Areas: whom an alert reaches, and what maps and forms show of divisions."""
