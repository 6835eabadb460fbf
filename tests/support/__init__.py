"""What tests share: clients, people, servers."""
