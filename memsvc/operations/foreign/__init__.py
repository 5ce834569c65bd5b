"""What other stores hold, read and made into what an import takes in."""
