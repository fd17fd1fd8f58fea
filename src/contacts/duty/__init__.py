"""The duty rota: who serves when."""
