"""A dashboard as a PDF of A4 pages, its charts drawn as vectors from the numbers behind them."""
