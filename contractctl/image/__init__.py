"""The mock image: one deterministic plan, and the places it can go (registry, engine, archive, build context)."""
