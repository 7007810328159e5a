"""One file per question: checked frames in, findings out. Sets the verdicts."""
