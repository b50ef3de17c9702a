"""Numbers in, Plotly figures out: pure functions, one house style."""
