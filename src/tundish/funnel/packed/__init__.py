"""Events packed by kind, unit and time, and the kernels that answer from them (fast, and equal)."""
