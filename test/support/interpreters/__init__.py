"""One state machine on two interpreters, with functions and services that answer by a script."""
