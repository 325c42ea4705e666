"""What the drivers that live in this process share: stores, jobs, the bus of events, streams."""
