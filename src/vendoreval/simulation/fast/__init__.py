"""The short way to many worlds: tables of counts drawn without files, texts and queries."""
