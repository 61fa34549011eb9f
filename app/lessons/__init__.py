"""What there is to learn, as data: no markup, no names of page elements."""
