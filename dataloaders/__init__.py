"""Relations in batches: all keys of a level in, their answers in the same order out."""
