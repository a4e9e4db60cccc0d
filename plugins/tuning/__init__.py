"""Many decoding settings tried on probability maps: pages, processes, what is kept and shown."""
