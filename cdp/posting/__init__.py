"""Messages to addresses elsewhere: `addresses` says which ones may be asked, `asking` asks one, `retries` decides
what an answer means and when to try again."""
