"""The recogniser of RapidOCR: lines become characters, characters words, words get a confidence."""
