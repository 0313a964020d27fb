"""The gazetteer: what the written name of a place may mean, among all known governments."""
