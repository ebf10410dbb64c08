"""Programs that want the benchmark's number and must not get it, class by class."""
