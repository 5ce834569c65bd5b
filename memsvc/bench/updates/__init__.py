"""Does an agent go by what is true now? Updates, look-alikes, rewritten slots, grafted lies."""
