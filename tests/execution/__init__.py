"""The execution room: what crosses by wire, how outputs compare, and that every task is judged."""
