"""What the tools in tools/benchmarks measure, and how."""
