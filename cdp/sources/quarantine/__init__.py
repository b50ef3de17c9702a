"""Refused rows that wait to be mended: kept with a load, checked as they are mended, loaded as their own load."""
