"""Parts of the detector."""
