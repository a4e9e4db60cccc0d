"""Algorithms on NumPy, OpenCV, SciPy and Shapely; nothing here imports a deep-learning library."""
