"""One folder per environment family; each holds a manifest, an environment, its tasks and a card."""
