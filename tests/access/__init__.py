"""DNS for networks without Azure's zone, and the doctor, against real servers on loopback."""
