"""Embedding: texts to unit vectors, by ONNX Runtime unless told otherwise."""
