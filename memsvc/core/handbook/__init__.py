"""The handbook: lines an agent learnt from its traces, how they change, are shown and are cited."""
