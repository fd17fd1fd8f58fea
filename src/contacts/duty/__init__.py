"""The duty rota: which officers are on duty when."""
