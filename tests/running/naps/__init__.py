"""An app with one kind of long work, so that the running system can be tried with a job of known length."""
