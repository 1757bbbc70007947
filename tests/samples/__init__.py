"""Settings, facts and stacks that tests of several layers use."""
