"""A dashboard that was drawn as files to take away: a workbook, slides, paper. They hold figures of groups alone."""
