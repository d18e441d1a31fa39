"""What comes out: nets and reports as text, tables and documents."""
