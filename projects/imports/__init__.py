"""Excel files from offices: read under limits and checked; nothing here writes."""
