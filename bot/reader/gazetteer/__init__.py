"""Places by name: what a written name may mean, among all the governments that are known."""
