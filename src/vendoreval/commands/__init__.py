"""One module for each family of commands; the command line puts them together."""
