"""Pure numbers: arrays and frames in, frames out. No Norwegian text, no file, no plan."""
