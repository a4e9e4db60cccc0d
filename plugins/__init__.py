"""MMReceipt: receipt text detection on MMOCR's DBNet."""
