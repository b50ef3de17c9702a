"""A group told in sentences, each with the figures it rests on. Pure: figures in, sentences out."""
