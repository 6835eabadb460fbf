"""What the commands of `kith` do; cli.py says how they are called."""
